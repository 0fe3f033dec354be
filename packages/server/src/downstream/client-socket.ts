import type { Duplex } from 'node:stream';
import { encodeServerFrame, LIMITS, type ServerFrame } from '@speko/protocol';
import { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import { binaryFrame } from '../framing/websocket-frame.ts';

/** What a client's socket reports. Nothing is reported after `closed`. */
export interface ClientSocketHandlers {
  text(text: string): void;
  audio(pcm: Buffer): void;
  /** A message over the limit arrived and was not read. */
  tooLarge(): void;
  /** What arrived is no WebSocket message, or one far over the limit. The socket is closing for it, with its own code. */
  unreadable(): void;
  /** The client takes data too slowly: stop producing. */
  congested(): void;
  /** It has caught up. */
  drained(): void;
  /** It did not catch up in time, or its buffer is full. */
  tooSlow(): void;
  closed(code: number): void;
}

export interface ClientSocketSettings {
  readonly maxMessageBytes: number;
  readonly pingIntervalMs: number;
  /** Unsent bytes at which the producer is told to stop. */
  readonly highWaterBytes: number;
  /** Unsent bytes at which the client is given up. */
  readonly maxBufferedBytes: number;
  /** How long a congested client may take to catch up, milliseconds. */
  readonly congestionTimeoutMs: number;
}

const closeTimeoutMs = 2000;
/** How often a congested socket is looked at; its own event comes only when it is empty. */
const reliefCheckMs = 50;
/** Less than this in the time a client has counts as none. */
const headwayBytes = 65_536;

/** One client's WebSocket: framing, liveness and a bounded send buffer. Knows nothing of calls. */
export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #settings: ClientSocketSettings;
  readonly #clock: Clock;
  #handlers: ClientSocketHandlers | undefined;
  #pinger: Timer | undefined;
  #congestion: Timer | undefined;
  #closing: Timer | undefined;
  #silentRounds = 0;
  #open = true;

  constructor(socket: WebSocket, stream: Duplex, settings: ClientSocketSettings, clock: Clock) {
    this.#socket = socket;
    this.#stream = stream;
    this.#settings = settings;
    this.#clock = clock;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A connection that breaks is told by `close` alone.
      if (error.code?.startsWith('WS_ERR_') === true) this.#handlers?.unreadable();
    });
    socket.on('close', (code: number) => this.#closed(code));
  }

  listen(handlers: ClientSocketHandlers): void {
    this.#handlers = handlers;
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => this.#received(data, isBinary));
    this.#socket.on('pong', () => {
      this.#silentRounds = 0;
    });
    this.#schedulePing();
  }

  frame(frame: ServerFrame): void {
    if (!this.#open) return;
    this.#socket.send(encodeServerFrame(frame));
    this.#watchBuffer();
  }

  audio(pcm: Uint8Array): void {
    if (!this.#open || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#stream.write(binaryFrame(pcm));
    this.#watchBuffer();
  }

  /** Sends nothing more; a peer that does not answer the close is cut off. */
  close(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#pinger?.cancel();
    this.#congestion?.cancel();
    this.#socket.close(code, reason);
    this.#closing = this.#clock.setTimer(() => this.#socket.terminate(), closeTimeoutMs);
  }

  #watchBuffer(): void {
    const buffered = this.#socket.bufferedAmount;
    if (buffered < this.#settings.highWaterBytes) return;
    if (buffered > this.#settings.maxBufferedBytes) {
      this.#handlers?.tooSlow();
    } else if (this.#congestion === undefined) {
      this.#handlers?.congested();
      this.#awaitRelief(buffered, this.#clock.nowMs() + this.#settings.congestionTimeoutMs);
    }
  }

  /** A client that keeps taking data is slow, not stuck: only one that makes no headway is given up. */
  #awaitRelief(lowest: number, deadlineMs: number): void {
    this.#congestion = this.#clock.setTimer(() => {
      const nowMs = this.#clock.nowMs();
      const buffered = this.#socket.bufferedAmount;
      if (buffered <= this.#settings.highWaterBytes / 2) {
        this.#congestion = undefined;
        this.#handlers?.drained();
      } else if (buffered <= lowest - headwayBytes) {
        this.#awaitRelief(buffered, nowMs + this.#settings.congestionTimeoutMs);
      } else if (nowMs >= deadlineMs) {
        this.#handlers?.tooSlow();
      } else {
        this.#awaitRelief(lowest, deadlineMs);
      }
    }, reliefCheckMs);
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.#silentRounds = 0;
    if (!this.#open) return;
    if (data.byteLength > this.#settings.maxMessageBytes) this.#handlers?.tooLarge();
    else if (isBinary) this.#handlers?.audio(data);
    else this.#handlers?.text(data.toString('utf8'));
  }

  #schedulePing(): void {
    this.#pinger = this.#clock.setTimer(() => {
      if (this.#silentRounds >= LIMITS.silentPings) {
        this.#socket.terminate();
        return;
      }
      this.#silentRounds += 1;
      this.#socket.ping();
      this.#schedulePing();
    }, this.#settings.pingIntervalMs);
  }

  #closed(code: number): void {
    this.#open = false;
    this.#pinger?.cancel();
    this.#congestion?.cancel();
    this.#closing?.cancel();
    this.#handlers?.closed(code);
    this.#handlers = undefined;
  }
}
