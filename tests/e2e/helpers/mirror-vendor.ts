import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SessionCommand, SessionEvent } from '@speko/adapter';
import { Changes } from '@speko/tests-behaviour';
import { WebSocketServer, type WebSocket } from 'ws';
import { MIRROR_AUDIO_PREFIX } from './mirror-adapter.ts';

/** What a vendor may get from the gateway besides audio. */
export type MirrorCommand = SessionCommand | { readonly type: 'hello'; readonly [setting: string]: unknown };

/** How the vendor takes connections. */
export interface VendorManners {
  /** Say `session-ready` as soon as the gateway has introduced itself. @defaultValue true */
  readonly ready?: boolean;
  /** Answer the upgrade with this instead. */
  readonly refuse?: { readonly status: number; readonly body: string };
  /** Never answer the upgrade. */
  readonly silent?: boolean;
}

/** One connection of the gateway, with the handles to play a vendor on it. */
export class VendorConnection {
  readonly socket: WebSocket;
  readonly headers: IncomingHttpHeaders;
  readonly commands: MirrorCommand[] = [];
  /** Commands as their types and audio as `audio`, in order; runs of audio are one entry. */
  readonly order: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #stream: Duplex;
  readonly #audio: Buffer[] = [];
  #audioBytes = 0;
  readonly #changes = new Changes();

  constructor(socket: WebSocket, stream: Duplex, headers: IncomingHttpHeaders, manners: VendorManners) {
    this.socket = socket;
    this.#stream = stream;
    this.headers = headers;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        this.#audio.push(data);
        this.#audioBytes += data.byteLength;
        if (this.order.at(-1) !== 'audio') this.order.push('audio');
      } else {
        const command = JSON.parse(data.toString('utf8')) as MirrorCommand;
        this.commands.push(command);
        this.order.push(command.type);
        if (command.type === 'hello' && manners.ready !== false) this.ready();
      }
      this.#changes.notify();
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('utf8') };
      this.#changes.notify();
    });
    socket.on('error', () => undefined);
  }

  get audio(): Buffer {
    return Buffer.concat(this.#audio);
  }

  get audioBytes(): number {
    return this.#audioBytes;
  }

  ready(more: { readonly model?: string; readonly ignored?: readonly string[] } = {}): void {
    this.send({ type: 'session-ready', ignored: [], ...more });
  }

  send(...events: readonly SessionEvent[]): void {
    for (const event of events) this.socket.send(JSON.stringify(event));
  }

  /** Ends the TCP connection without a WebSocket close; resolves when the gateway has hung up as well. */
  async hangUp(): Promise<void> {
    const closed = once(this.#stream, 'close');
    this.#stream.end();
    await closed;
  }

  /** Resolves when the gateway has handled everything that was sent before. */
  async sync(): Promise<void> {
    const pong = once(this.socket, 'pong');
    this.socket.ping();
    await pong;
  }

  /** Audio of the response that was started last. */
  say(pcm: Uint8Array): void {
    this.socket.send(Buffer.concat([MIRROR_AUDIO_PREFIX, pcm]));
  }

  /** The first command of this type, once it is there. */
  command<Type extends MirrorCommand['type']>(type: Type): Promise<Extract<MirrorCommand, { type: Type }>> {
    const isIt = (command: MirrorCommand): command is Extract<MirrorCommand, { type: Type }> => command.type === type;
    return this.until(() => this.commands.find(isIt), `the command ${type}`);
  }

  until<Value>(look: () => Value | undefined | false, what: string): Promise<Value> {
    return this.#changes.until(look, what, () => [...this.order, this.closed]);
  }
}

/** A vendor on a real port. */
export interface MirrorVendor {
  readonly url: string;
  readonly connections: readonly VendorConnection[];
  /** Upgrade requests so far. */
  readonly attempts: number;
  /** Refused ones of which the gateway has taken notice: it has hung up. */
  readonly refusals: number;
  /** For connections from now on. */
  manners: VendorManners;
  /** The connection with this index, once it is there. */
  connection(index?: number): Promise<VendorConnection>;
  until<Value>(look: () => Value | undefined | false, what: string): Promise<Value>;
  /** Forgets the connections so far. */
  forget(): void;
  close(): Promise<void>;
}

export async function startMirrorVendor(manners: VendorManners = {}): Promise<MirrorVendor> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  const changes = new Changes();
  const connections: VendorConnection[] = [];
  const vendor = { manners, attempts: 0, refusals: 0 };
  server.on('upgrade', (request, stream, head) => {
    vendor.attempts += 1;
    stream.on('error', () => undefined);
    changes.notify();
    const { refuse, silent } = vendor.manners;
    if (silent === true) return;
    if (refuse !== undefined) {
      stream.resume().on('close', () => {
        vendor.refusals += 1;
        changes.notify();
      });
      stream.end(
        `HTTP/1.1 ${refuse.status} No\r\ncontent-length: ${Buffer.byteLength(refuse.body)}\r\n\r\n${refuse.body}`,
      );
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const connection = new VendorConnection(socket, stream, request.headers, vendor.manners);
      socket.on('close', () => changes.notify());
      connections.push(connection);
      changes.notify();
    });
  });
  const streams = new Set<{ destroy(): void }>();
  server.on('connection', (stream) => {
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    get attempts() {
      return vendor.attempts;
    },
    get refusals() {
      return vendor.refusals;
    },
    get manners() {
      return vendor.manners;
    },
    set manners(next) {
      vendor.manners = next;
    },
    connection: (index = 0) => changes.until(() => connections[index], `connection ${index} to the vendor`),
    until: (look, what) => changes.until(look, what, () => ({ attempts: vendor.attempts })),
    forget() {
      connections.splice(0);
    },
    async close() {
      for (const stream of streams) stream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
