import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Changes } from '@speko/tests-behaviour';
import { WebSocket } from 'ws';

/** What `POST /v1/sessions` answers. */
export interface Minted {
  readonly mode: string;
  readonly sessionId: string;
  readonly wsUrl: string;
  readonly wsToken: string;
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
  readonly expiresAt: string;
  readonly maxDurationSeconds: number;
}

/** A text message of the gateway. */
export interface Frame {
  readonly t: string;
  readonly [field: string]: unknown;
}

/** One message as it arrived. */
export type Message =
  | { readonly type: 'frame'; readonly text: string; readonly frame: Frame }
  | { readonly type: 'audio'; readonly pcm: Buffer };

export interface CallOptions {
  /** @defaultValue the token alone, as the oldest clients send it */
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A client that knows the written contract and nothing of this repository: it keeps what arrives, in order, and lets
 * a test wait for it.
 */
export class PlainCall {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  /** How the socket closed. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** Headers of the answer to the upgrade. */
  headers: IncomingMessage['headers'] = {};
  readonly #changes = new Changes();

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('upgrade', ({ headers }) => {
      this.headers = headers;
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.messages.push({ type: 'audio', pcm: data });
      else {
        const text = data.toString('utf8');
        this.messages.push({ type: 'frame', text, frame: JSON.parse(text) as Frame });
      }
      this.#changes.notify();
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('utf8') };
      this.#changes.notify();
    });
    socket.on('error', () => undefined);
  }

  get frames(): Frame[] {
    return this.messages.flatMap((message) => (message.type === 'frame' ? [message.frame] : []));
  }

  get audio(): Buffer {
    return Buffer.concat(this.messages.flatMap((message) => (message.type === 'audio' ? [message.pcm] : [])));
  }

  get audioBytes(): number {
    return this.messages.reduce((sum, message) => sum + (message.type === 'audio' ? message.pcm.byteLength : 0), 0);
  }

  /** Every frame with this `t` and these fields, so far. */
  all(t: string, fields: Readonly<Record<string, unknown>> = {}): Frame[] {
    return this.frames.filter((frame) => frame.t === t && matches(frame, fields));
  }

  /** The first frame with this `t` and these fields, once it is there. */
  frame(t: string, fields: Readonly<Record<string, unknown>> = {}): Promise<Frame> {
    return this.until(() => this.all(t, fields)[0], `${t} ${JSON.stringify(fields)}`);
  }

  until<Value>(look: () => Value | undefined | false, what: string): Promise<Value> {
    return this.#changes.until(look, what, () => [...this.trace, this.closed]);
  }

  /** How the call ends. */
  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return this.until(() => this.closed, 'the end of the call');
  }

  /** What arrived, in short: runs of audio are one entry. */
  get trace(): string[] {
    const lines = this.messages.map((message) => (message.type === 'audio' ? 'audio' : summary(message.frame)));
    return lines.filter((line, index) => line !== 'audio' || lines[index - 1] !== 'audio');
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  sendAudio(pcm: Uint8Array): void {
    this.socket.send(pcm);
  }

  /** Resolves when everything sent before has been handled and answered, other frames in between or not. */
  async sync(): Promise<void> {
    const id = nextPing++;
    this.send({ t: 'ping', id });
    await this.frame('pong', { id });
  }
}

let nextPing = 1_000_000;

/** Opens the WebSocket of a minted session. */
export async function openCall(minted: Minted, options: CallOptions = {}): Promise<PlainCall> {
  const call = dialCall(minted.wsUrl, { protocols: [minted.wsToken], ...options });
  await once(call.socket, 'open');
  return call;
}

/** The same without waiting for the connection. */
export function dialCall(url: string, { protocols = [], headers = {} }: CallOptions): PlainCall {
  return new PlainCall(new WebSocket(url, [...protocols], { headers, handshakeTimeout: 10_000 }));
}

/** An upgrade request that should fail: the HTTP answer, or status 101 when it did not fail. */
export async function refusedUpgrade(
  url: string,
  { protocols = [], headers = {} }: CallOptions = {},
): Promise<{ status: number; headers: IncomingMessage['headers']; body: { error: string; code: string } }> {
  const socket = new WebSocket(url, [...protocols], { headers, perMessageDeflate: false });
  socket.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.terminate();
      resolve({ status: 101, headers: {}, body: { error: '', code: '' } });
    });
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        socket.terminate();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) });
      });
      response.on('error', reject);
    });
  });
}

function matches(frame: Frame, fields: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(fields).every(([name, value]) => frame[name] === value);
}

function summary(frame: Frame): string {
  switch (frame.t) {
    case 'speech':
      return `speech ${String(frame['role'])} ${String(frame['state'])} ${String(frame['turn'])}`;
    case 'transcript':
      return `${frame['final'] === true ? 'final' : 'partial'} ${String(frame['role'])} ${String(frame['turn'])}`;
    case 'error':
      return `error ${String(frame['code'])}`;
    case 'end':
      return `end ${String(frame['reason'])}`;
    case 'interruption':
      return `interruption ${typeof frame['turn'] === 'string' ? frame['turn'] : '-'}`;
    default:
      return frame.t;
  }
}
