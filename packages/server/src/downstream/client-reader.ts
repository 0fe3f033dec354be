import { type ClientFrame, MESSAGE_TOO_LARGE_CLOSE_CODE } from '@speko/protocol';
import type { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import { Fifo } from '../fifo.ts';
import { TokenBucket } from '../token-bucket.ts';
import { ClientInflow, type InflowSettings, type Refusal } from './client-inflow.ts';
import { isJsonSentAsAudio } from './json-as-audio.ts';
import type { ReadTurns } from './read-turns.ts';
import { SmallChunks } from './small-chunks.ts';
import { tooLong } from './unreadable-messages.ts';

/** Input of an admitted client. */
export interface ClientReaderHandlers {
  /** `byteLength` is the size of its message. */
  frame(frame: ClientFrame, byteLength: number, nowMs: number): void;
  /** Whole PCM16 samples; may be none. */
  audio(pcm: Buffer, nowMs: number): void;
  /** Report about something the client sent. */
  refused(refusal: Refusal, nowMs: number): void;
  /** Whether so much audio waits for the provider that a client which is ahead of real time should wait as well. */
  isBackedUp(): boolean;
}

export interface ClientReaderSettings extends InflowSettings {
  readonly maxMessageBytes: number;
}

/** Rates up to which each message is taken at once: 600 of audio a second, or 20 of text. */
const calm = { perSecond: 600, burst: 600 };
const TEXT_WEIGHT = 30;
/** How long a client waits at a time for a provider that takes audio slowly. */
const BACKED_UP_MS = 100;

/**
 * Takes what a client sends as fast as it may send it, and stops reading its socket while it is faster. What comes in
 * haste, though no faster than it may, has its turn beside that of others.
 */
export class ClientReader {
  readonly #socket: WebSocket;
  readonly #settings: ClientReaderSettings;
  readonly #clock: Clock;
  readonly #handlers: ClientReaderHandlers;
  readonly #inflow: ClientInflow;
  readonly #chunks: SmallChunks;
  readonly #turns: ReadTurns;
  readonly #calm: TokenBucket;
  #hasTurn = false;
  /** What one read brought that is not taken yet: at most 64 KiB, in messages of 6 bytes or more. */
  readonly #waiting = new Fifo<string | Buffer>();
  /** Set while the client sends too fast to be read. */
  #haste: Timer | undefined;
  /** Somebody else has a reason not to read it. */
  #isHeld = false;
  #wasPaused = false;
  #isOpen = true;

  /** @param inputSampleRateHz - rate of the client's audio, by which its speed is judged */
  constructor(
    socket: WebSocket,
    inputSampleRateHz: number,
    settings: ClientReaderSettings,
    clock: Clock,
    turns: ReadTurns,
    handlers: ClientReaderHandlers,
  ) {
    this.#socket = socket;
    this.#settings = settings;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#inflow = new ClientInflow(settings, inputSampleRateHz, clock.nowMs());
    this.#turns = turns;
    this.#calm = new TokenBucket(calm, clock.nowMs());
    this.#chunks = new SmallChunks((pcm) => handlers.audio(pcm, clock.nowMs()));
  }

  message(data: Buffer, isBinary: boolean): void {
    const nowMs = this.#clock.nowMs();
    const { maxMessageBytes } = this.#settings;
    if (data.byteLength > maxMessageBytes) {
      const sentence = tooLong(data.byteLength, maxMessageBytes);
      const closeCode = MESSAGE_TOO_LARGE_CLOSE_CODE;
      return this.#handlers.refused(
        { type: 'refused', code: 'BAD_FRAME', message: sentence, fatal: true, closeCode },
        nowMs,
      );
    }
    const message = isBinary ? data : data.toString('utf8');
    this.#calm.take(isBinary ? 1 : TEXT_WEIGHT, nowMs);
    if (isBinary && this.#inflow.holdsBack(data.byteLength, nowMs)) this.#judge(nowMs);
    if (!this.#isPaused && this.#waiting.length === 0 && this.#calm.waitMs(nowMs) === 0)
      return this.#take(message, nowMs);
    this.#waiting.push(message);
    if (!this.#isPaused) this.#takeTurn();
  }

  /** A ping or pong of the WebSocket itself. */
  keepAlive(): void {
    const nowMs = this.#clock.nowMs();
    this.#inflow.keepAlive(nowMs);
    this.#judge(nowMs);
  }

  /** The provider is ready: audio may come faster than it is spoken. */
  ready(): void {
    this.#inflow.ready();
    if (this.#haste === undefined) return;
    this.#haste.cancel();
    // The caller may have to become ready as well.
    this.#haste = this.#clock.setTimer(() => this.#lookAgain(), 0);
  }

  /** Takes nothing until {@link ClientReader.release}. */
  hold(): void {
    this.#isHeld = true;
    this.#pause();
  }

  release(): void {
    this.#isHeld = false;
    if (this.#haste === undefined) this.#lookAgain();
  }

  /** Whether the client was not read at some time since this was last asked. */
  takeWasPaused(): boolean {
    const wasPaused = this.#wasPaused;
    this.#wasPaused = this.#isPaused;
    return wasPaused;
  }

  /** The client left: what had come of its audio is taken still. */
  finish(): void {
    if (this.#isOpen) this.#chunks.flush();
    this.stop();
  }

  /** Takes nothing more. The socket is read on, for the client's answer to the close. */
  stop(): void {
    this.#isOpen = false;
    this.#haste?.cancel();
    this.#haste = undefined;
    this.#waiting.clear();
    this.#chunks.clear();
    if (this.#socket.isPaused) this.#socket.resume();
  }

  get #isPaused(): boolean {
    return this.#haste !== undefined || this.#isHeld;
  }

  #take(message: string | Buffer, nowMs: number): void {
    if (typeof message !== 'string') {
      const admission = isJsonSentAsAudio(message)
        ? this.#inflow.jsonSentAsAudio(message.byteLength, nowMs)
        : this.#inflow.audio(message.byteLength, nowMs);
      if (admission.type === 'audio') this.#chunks.add(message);
      else if (admission.type === 'refused') this.#handlers.refused(admission, nowMs);
    } else {
      this.#chunks.flush();
      const byteLength = Buffer.byteLength(message);
      const admission = this.#inflow.text(message, byteLength, nowMs);
      if (admission.type === 'frame') this.#handlers.frame(admission.frame, byteLength, nowMs);
      else if (admission.type === 'refused') this.#handlers.refused(admission, nowMs);
    }
    this.#judge(nowMs);
  }

  /** Stops reading a client that sends too fast, and looks again a moment later. */
  #judge(nowMs: number): void {
    if (this.#haste !== undefined || !this.#isOpen) return;
    let pauseMs = this.#inflow.pauseMs(nowMs);
    if (pauseMs === 0 && this.#handlers.isBackedUp() && this.#inflow.isAhead(nowMs)) pauseMs = BACKED_UP_MS;
    if (pauseMs === 0) return;
    this.#pause();
    this.#haste = this.#clock.setTimer(() => this.#lookAgain(), pauseMs);
    const notice = this.#inflow.paused(nowMs, nowMs + pauseMs);
    if (notice?.type === 'refused') this.#handlers.refused(notice, nowMs);
  }

  #lookAgain(): void {
    this.#haste = undefined;
    const nowMs = this.#clock.nowMs();
    this.#judge(nowMs);
    if (!this.#isOpen || this.#isPaused) return;
    if (this.#waiting.length > 0) this.#takeTurn();
    else if (this.#socket.isPaused) this.#socket.resume();
  }

  #takeTurn(): void {
    if (this.#hasTurn) return;
    this.#hasTurn = true;
    this.#pause();
    this.#turns.join(this.#takeOne);
  }

  /** Whether more waits that may be taken. */
  readonly #takeOne = (): boolean => {
    const message = this.#isOpen && !this.#isPaused ? this.#waiting.shift() : undefined;
    // Each message that is taken may be one too many again.
    if (message !== undefined) this.#take(message, this.#clock.nowMs());
    this.#hasTurn = this.#isOpen && !this.#isPaused && this.#waiting.length > 0;
    if (this.#isOpen && !this.#isPaused && !this.#hasTurn && this.#socket.isPaused) this.#socket.resume();
    return this.#hasTurn;
  };

  #pause(): void {
    this.#wasPaused = true;
    this.#socket.pause();
  }
}
