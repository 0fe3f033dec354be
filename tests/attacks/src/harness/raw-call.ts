import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Access, Minted } from './access.ts';
import { pause } from './wait.ts';
import { BINARY, CLOSE, jsonFrame, PING, PONG, clientFrame, ServerFrameReader, TEXT } from './websocket-frame.ts';

/** A text message of the gateway. */
export interface Frame {
  readonly t: string;
  readonly [field: string]: unknown;
}

export interface RawCallOptions {
  /** Whether it takes in what the gateway sends. @defaultValue true */
  readonly reads?: boolean;
}

/** The attacker must not run out of memory itself: of what it is sent it keeps this many frames. */
const KEPT_FRAMES = 5_000;
const STEP_MS = 100;

/** A call on a bare TCP socket: it sends any bytes at all, as fast as they are taken and never more. */
export class RawCall {
  readonly session: Minted;
  /** Every frame but `pong`, the oldest ones. */
  readonly frames: Frame[] = [];
  audioBytes = 0;
  pongs = 0;
  /** Of all text messages. */
  textBytes = 0;
  sentBytes = 0;
  closeCode: number | undefined;
  isClosed = false;
  readonly #socket: Socket;

  private constructor(socket: Socket, session: Minted, { reads = true }: RawCallOptions, rest: Buffer) {
    this.#socket = socket;
    this.session = session;
    const reader = new ServerFrameReader();
    const take = (bytes: Buffer): void => reader.push(bytes, (opcode, payload) => this.#take(opcode, payload));
    socket.on('close', () => {
      this.isClosed = true;
    });
    take(rest);
    if (reads) socket.on('data', take);
    else socket.pause();
  }

  /** @throws Error when the upgrade is refused, with the answer in its words */
  static async open(access: Access, session: Minted, options: RawCallOptions = {}): Promise<RawCall> {
    const { socket, status, rest } = await upgrade(access, session);
    if (status === 101) return new RawCall(socket, session, options, rest);
    socket.destroy();
    throw new Error(`The upgrade was refused: ${status} ${rest.toString('utf8').slice(0, 300)}`);
  }

  /** The first frame with this `t`, and these fields, so far. */
  find(t: string, fields: Readonly<Record<string, unknown>> = {}): Frame | undefined {
    return this.frames.find(
      (frame) => frame.t === t && Object.entries(fields).every(([name, value]) => frame[name] === value),
    );
  }

  countOf(t: string, code?: string): number {
    return this.frames.filter((frame) => frame.t === t && (code === undefined || frame['code'] === code)).length;
  }

  /** Sends one message, whatever waits before it. */
  send(frame: object): void {
    this.#write(jsonFrame(frame));
  }

  sendBytes(bytes: Buffer): void {
    this.#write(bytes);
  }

  /** Sends `bytes` over and over for `ms`, each time only once the earlier ones have left. Returns how often. */
  async flood(bytes: Buffer, ms: number, signal?: AbortSignal): Promise<number> {
    const deadline = performance.now() + ms;
    let count = 0;
    while (!this.isClosed && signal?.aborted !== true && performance.now() < deadline) {
      await this.drained();
      if (this.#socket.writableNeedDrain) continue;
      this.#write(bytes);
      count++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return count;
  }

  /** Waits a moment for what was written to leave. */
  async drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain) return;
    const over = new AbortController();
    const end = (): void => over.abort();
    this.#socket.once('drain', end).once('close', end);
    await pause(STEP_MS, over.signal);
    this.#socket.off('drain', end).off('close', end);
  }

  /** Takes nothing in for a while, as a client does whose machine is busy. */
  async lookAway(ms: number): Promise<void> {
    this.#socket.pause();
    await pause(ms);
    this.#socket.resume();
  }

  leave(): void {
    this.#socket.destroy();
  }

  #write(bytes: Buffer): void {
    if (this.isClosed) return;
    this.sentBytes += bytes.byteLength;
    this.#socket.write(bytes);
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === BINARY) this.audioBytes += payload.byteLength;
    else if (opcode === PING) this.#socket.write(clientFrame(PONG, payload));
    else if (opcode === CLOSE) this.closeCode = payload.byteLength >= 2 ? payload.readUInt16BE(0) : 1005;
    else if (opcode === TEXT) {
      this.textBytes += payload.byteLength;
      if (payload.subarray(0, 11).equals(PONG_HEAD)) this.pongs++;
      else if (this.frames.length < KEPT_FRAMES) this.frames.push(JSON.parse(payload.toString('utf8')) as Frame);
    }
  }
}

const PONG_HEAD = Buffer.from('{"t":"pong"');

/** Asks for the upgrade. `rest` is what followed the head of the answer. */
export function upgrade(
  access: Access,
  { wsUrl, wsToken }: Minted,
): Promise<{ readonly socket: Socket; readonly status: number; readonly head: string; readonly rest: Buffer }> {
  const { pathname } = new URL(wsUrl);
  const { port, host } = new URL(access.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    const lines = [
      `GET ${pathname} HTTP/1.1`,
      `Host: ${host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Sec-WebSocket-Protocol: ${wsToken}`,
    ];
    const parts: Buffer[] = [];
    const fail = (): void => reject(new Error('The connection was closed before the upgrade was answered.'));
    socket.setTimeout(30_000, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('close', fail);
    socket.once('connect', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', function read(part: Buffer) {
      parts.push(part);
      const bytes = Buffer.concat(parts);
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', read);
      socket.off('close', fail);
      socket.setTimeout(0);
      const head = bytes.subarray(0, end).toString('latin1');
      resolve({ socket, status: Number(head.split(' ')[1]), head, rest: bytes.subarray(end + 4) });
    });
  });
}
