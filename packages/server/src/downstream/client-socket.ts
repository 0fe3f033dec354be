import type { Duplex } from 'node:stream';
import { encodeServerFrame, LIMITS, type ServerFrame } from '@speko/protocol';
import { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import { CLOSE_TIMEOUT_MS } from '../framing/close-timeout.ts';
import { binaryFrame } from '../framing/websocket-frame.ts';
import { ClientReader, type ClientReaderHandlers, type ClientReaderSettings } from './client-reader.ts';
import type { ClientWebSocket } from './client-web-socket.ts';
import { type CongestionHandlers, type CongestionSettings, CongestionWatch } from './congestion-watch.ts';
import type { ReadTurns } from './read-turns.ts';
import { unreadable } from './unreadable-messages.ts';

/** Reports of a client's socket. None follows `closed`. */
export interface ClientSocketHandlers extends ClientReaderHandlers, CongestionHandlers {
  /** `code`: 1006 where the client did not close it. */
  closed(code: number): void;
}

export interface ClientSocketSettings extends CongestionSettings, ClientReaderSettings {
  readonly pingIntervalMs: number;
}

/** Messages up to this many times the limit are read to their end; a larger one is cut off while it arrives. */
export const HARD_LIMIT_FACTOR = 2;

/** Answers to the client's own frames that may wait for it; at half of them it is read again. */
const MAX_UNSENT_REPLIES = 256;
/** What still arrives on a connection that we close is thrown away, up to here: then it waits to be cut off. */
const MAX_LATE_MESSAGES = 20_000;

/** One client's WebSocket: framing, liveness, and what is bounded on its way in and out. Knows nothing of sessions. */
export class ClientSocket {
  readonly #socket: ClientWebSocket;
  readonly #stream: Duplex;
  readonly #settings: ClientSocketSettings;
  readonly #clock: Clock;
  readonly #turns: ReadTurns;
  #handlers: ClientSocketHandlers | undefined;
  #reader: ClientReader | undefined;
  #congestion: CongestionWatch | undefined;
  #pinger: Timer | undefined;
  #closing: Timer | undefined;
  #unsentReplies = 0;
  /** Set while too many answers wait for the client for more to be caused. */
  #unsentLimit: Timer | undefined;
  #lateMessages = 0;
  #silentRounds = 0;
  #isOpen = true;

  constructor(socket: ClientWebSocket, stream: Duplex, settings: ClientSocketSettings, clock: Clock, turns: ReadTurns) {
    this.#socket = socket;
    this.#stream = stream;
    this.#settings = settings;
    this.#clock = clock;
    this.#turns = turns;
    // What breaks is told by `close`, and what cannot be read before the library closes for it.
    socket.on('error', () => {});
    socket.onUnreadable = (code) => this.#unreadable(code);
    socket.on('close', (code: number) => this.#closed(code));
  }

  /** @param inputSampleRateHz - rate of the client's audio, by which its speed is judged */
  listen(handlers: ClientSocketHandlers, inputSampleRateHz: number): void {
    const socket = this.#socket;
    this.#handlers = handlers;
    this.#reader = new ClientReader(socket, inputSampleRateHz, this.#settings, this.#clock, this.#turns, handlers);
    this.#congestion = new CongestionWatch(() => socket.bufferedAmount, this.#settings, this.#clock, handlers);
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#received(data, isBinary));
    // The library answers pings, and cuts off who leaves too many of its answers unread.
    for (const event of ['ping', 'pong']) {
      socket.on(event, () => {
        this.#silentRounds = 0;
        if (this.#isOpen) this.#reader?.keepAlive();
      });
    }
    this.#schedulePing();
  }

  frame(frame: ServerFrame): void {
    if (!this.#isOpen) return;
    const text = encodeServerFrame(frame);
    if (this.#congestion?.admit(text.length) === false) return;
    if (isReply(frame)) this.#reply(text);
    else this.#socket.send(text);
    this.#congestion?.written();
    if (frame.t === 'ready') this.#reader?.ready();
  }

  audio(pcm: Uint8Array): void {
    if (!this.#isOpen || this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#congestion?.admit(pcm.byteLength) === false) return;
    const { byteLength } = pcm;
    const max = LIMITS.audioMessageBytes;
    if (byteLength <= max) this.#stream.write(binaryFrame(pcm));
    else for (let at = 0; at < byteLength; at += max) this.#stream.write(binaryFrame(pcm.subarray(at, at + max)));
    this.#congestion?.written();
  }

  /** Sends nothing more; a peer that does not answer the close is cut off. */
  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#reader?.stop();
    this.#release();
    this.#socket.close(code, reason);
    this.#closing = this.#clock.setTimer(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS);
  }

  #unreadable(code: number): void {
    const message = unreadable(code, this.#settings.maxMessageBytes * HARD_LIMIT_FACTOR);
    const refusal = { type: 'refused', code: 'BAD_FRAME', message, fatal: true, closeCode: code } as const;
    if (this.#isOpen) this.#handlers?.refused(refusal, this.#clock.nowMs());
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.#silentRounds = 0;
    if (this.#isOpen) return this.#reader?.message(data, isBinary);
    this.#lateMessages += 1;
    if (this.#lateMessages > MAX_LATE_MESSAGES) this.#socket.pause();
  }

  /**
   * Sends what the client itself causes. It is read also while it takes nothing, since its speech cuts the answer; but
   * what it could cause without end ends here.
   */
  #reply(text: string): void {
    this.#unsentReplies += 1;
    this.#socket.send(text, this.#replySent);
    if (this.#unsentReplies < MAX_UNSENT_REPLIES || this.#unsentLimit !== undefined) return;
    this.#reader?.hold();
    this.#unsentLimit = this.#clock.setTimer(() => this.#handlers?.tooSlow(), this.#settings.congestionTimeoutMs);
  }

  readonly #replySent = (): void => {
    this.#unsentReplies -= 1;
    if (this.#unsentLimit === undefined || this.#unsentReplies > MAX_UNSENT_REPLIES / 2) return;
    this.#unsentLimit.cancel();
    this.#unsentLimit = undefined;
    if (this.#isOpen) this.#reader?.release();
  };

  #schedulePing(): void {
    this.#pinger = this.#clock.setTimer(() => {
      // Silence of a socket that we did not read is ours.
      if (this.#reader?.takeWasPaused() === true) this.#silentRounds = 0;
      if (this.#silentRounds >= LIMITS.silentPings) {
        this.#socket.terminate();
        return;
      }
      this.#silentRounds += 1;
      this.#socket.ping();
      this.#schedulePing();
    }, this.#settings.pingIntervalMs);
  }

  #release(): void {
    this.#pinger?.cancel();
    this.#unsentLimit?.cancel();
    this.#unsentLimit = undefined;
    this.#congestion?.stop();
  }

  #closed(code: number): void {
    this.#isOpen = false;
    this.#reader?.finish();
    this.#release();
    this.#closing?.cancel();
    this.#handlers?.closed(code);
    this.#handlers = undefined;
  }
}

/** Frames that answer what a client sent, and that it could cause without end. */
function isReply({ t }: ServerFrame): boolean {
  return t === 'pong' || t === 'interruption' || t === 'error';
}
