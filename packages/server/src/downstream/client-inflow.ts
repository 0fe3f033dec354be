import { type ClientFrame, LIMITS, parseClientFrame, type SessionErrorCode } from '@speko/protocol';
import { TokenBucket } from '../token-bucket.ts';
import { MalformedCounter } from './malformed-counter.ts';

/** How fast one client may send; what comes faster waits, and nothing of it is dropped. */
export interface InflowSettings {
  /** Audio, as a multiple of real time. */
  readonly audioSpeed: number;
  /** Audio that may come at once, milliseconds. */
  readonly audioBurstMs: number;
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  /** Text messages, which are among the messages too. */
  readonly framesPerSecond: number;
  readonly frameBurst: number;
  /** Bytes of text messages. */
  readonly frameBytesPerSecond: number;
  readonly frameBurstBytes: number;
  /** How much audio is kept for a provider that is not ready yet. */
  readonly readyBufferMs: number;
}

/** Verdict on one message of a client. */
export type Admission =
  | { readonly type: 'frame'; readonly frame: ClientFrame }
  | { readonly type: 'audio' }
  /** Dropped, and answered by `error`. */
  | Refusal;

/** Report of a client's message that was dropped. */
export interface Refusal {
  readonly type: 'refused';
  readonly code: SessionErrorCode;
  readonly message: string;
  /** It is not to be listened to any longer. */
  readonly fatal: boolean;
  /** Close code of a fatal one, where it is not that of the end reason. */
  readonly closeCode?: number;
}

/** Interval at which the rates are checked again. */
const LONGEST_PAUSE_MS = 1000;
/** Shorter pauses cost more than they hold back. */
const SHORTEST_PAUSE_MS = 50;
const NOTICE_AFTER_MS = 5000;
const NOTICE_WINDOW_MS = 10_000;
/** A microphone that is so far ahead of the clock is a file. */
const REAL_TIME_SLACK_MS = 1000;
/** More than a microphone is ever ahead of the rate at which audio may come. */
const AHEAD_MS = 3000;

const audioOnly: Admission = { type: 'audio' };

/**
 * What one connected client may send, and how fast: every rule of the way in. A pure machine, asked with each message;
 * its answer to haste is that the socket be not read for a moment.
 * @see PROTOCOL.md rules CF2, CF3, CF9 to CF12 and HS9
 */
export class ClientInflow {
  readonly #settings: InflowSettings;
  readonly #bytesPerMs: number;
  readonly #audio: TokenBucket;
  readonly #messages: TokenBucket;
  readonly #frames: TokenBucket;
  readonly #frameBytes: TokenBucket;
  readonly #malformed = new MalformedCounter(LIMITS.malformedFrames, LIMITS.malformedWindowMs);
  readonly #startedAtMs: number;
  /** Audio before `ready`; `undefined` from then on. */
  #earlyBytes: number | undefined = 0;
  /** Came faster than real time before `ready`: held until then, since what is kept would overflow. */
  #isHeldUntilReady = false;
  #pauses: { readonly fromMs: number; readonly toMs: number }[] = [];
  #hasNotified = false;

  /** @param inputSampleRateHz - rate of the client's audio */
  constructor(settings: InflowSettings, inputSampleRateHz: number, nowMs: number) {
    const bytesPerMs = (inputSampleRateHz * 2) / 1000;
    this.#settings = settings;
    this.#bytesPerMs = bytesPerMs;
    this.#startedAtMs = nowMs;
    const bucket = (perSecond: number, burst: number): TokenBucket => new TokenBucket({ perSecond, burst }, nowMs);
    this.#audio = bucket(bytesPerMs * 1000 * settings.audioSpeed, bytesPerMs * settings.audioBurstMs);
    this.#messages = bucket(settings.messagesPerSecond, settings.messageBurst);
    this.#frames = bucket(settings.framesPerSecond, settings.frameBurst);
    this.#frameBytes = bucket(settings.frameBytesPerSecond, settings.frameBurstBytes);
  }

  /** A binary message. */
  audio(byteLength: number, nowMs: number): Admission {
    this.#messages.take(1, nowMs);
    this.#audio.take(byteLength, nowMs);
    if (byteLength % 2 !== 0) {
      const message = `${byteLength} bytes are not whole PCM16 samples; send an even number of bytes.`;
      return this.#refuse('BAD_AUDIO', message, nowMs);
    }
    if (this.#earlyBytes !== undefined) this.#earlyBytes += byteLength;
    return audioOnly;
  }

  /**
   * Whether a binary message has to wait for `ready`: it came faster than real time, and does not fit what is kept
   * until then.
   */
  holdsBack(byteLength: number, nowMs: number): boolean {
    if (this.#earlyBytes === undefined || this.#isHeldUntilReady) return this.#isHeldUntilReady;
    const earlyMs = (this.#earlyBytes + byteLength) / this.#bytesPerMs;
    this.#isHeldUntilReady =
      earlyMs > this.#settings.readyBufferMs && earlyMs > nowMs - this.#startedAtMs + REAL_TIME_SLACK_MS;
    return this.#isHeldUntilReady;
  }

  /** Whether the client's audio is well ahead of real time, as a file's is and a microphone's is not. */
  isAhead(nowMs: number): boolean {
    return this.#audio.spent(nowMs) > AHEAD_MS * this.#bytesPerMs;
  }

  /** A text message. */
  text(text: string, byteLength: number, nowMs: number): Admission {
    this.#messages.take(1, nowMs);
    this.#frames.take(1, nowMs);
    this.#frameBytes.take(byteLength, nowMs);
    const result = parseClientFrame(text);
    if (!result.ok) return this.#refuse('BAD_FRAME', result.message, nowMs);
    const { frame } = result;
    if (frame.t === 'text' && Buffer.byteLength(frame.text) > LIMITS.textBytes) {
      // Well-formed: it speaks of a long document, not of a broken client.
      const message = `"text" holds ${Buffer.byteLength(frame.text)} bytes and at most ${LIMITS.textBytes} are taken. Send it in parts, or a summary.`;
      return { type: 'refused', code: 'BAD_FRAME', message, fatal: false };
    }
    return { type: 'frame', frame };
  }

  /** A binary message that should have been text. */
  jsonSentAsAudio(byteLength: number, nowMs: number): Admission {
    this.#messages.take(1, nowMs);
    this.#frames.take(1, nowMs);
    this.#frameBytes.take(byteLength, nowMs);
    const message =
      'This binary message is JSON. Send it as a text message, which in most libraries means a string and not bytes: binary messages are audio.';
    return this.#refuse('BAD_FRAME', message, nowMs);
  }

  /** A ping or pong of the WebSocket itself. */
  keepAlive(nowMs: number): void {
    this.#messages.take(1, nowMs);
  }

  /** The provider is ready: audio may come faster than it is spoken. */
  ready(): void {
    this.#earlyBytes = undefined;
    this.#isHeldUntilReady = false;
  }

  /** For how long the client is not to be read from now on, milliseconds; 0 is not at all. */
  pauseMs(nowMs: number): number {
    const waitMs = this.#isHeldUntilReady ? LONGEST_PAUSE_MS : this.#owedMs(nowMs);
    return waitMs === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, waitMs));
  }

  /**
   * The client will not be read until `toMs`. What to tell it, once in a while: 5 s of pauses within 10 s are no
   * hiccup. Waiting for `ready` is none of its fault.
   */
  paused(nowMs: number, toMs: number): Admission | undefined {
    if (this.#isHeldUntilReady) return undefined;
    this.#pauses = this.#pauses.filter((pause) => pause.toMs > nowMs - NOTICE_WINDOW_MS);
    if (this.#pauses.length === 0) this.#hasNotified = false;
    this.#pauses.push({ fromMs: nowMs, toMs });
    const pausedMs = this.#pauses.reduce((sum, pause) => sum + pause.toMs - pause.fromMs, 0);
    if (this.#hasNotified || pausedMs < NOTICE_AFTER_MS) return undefined;
    this.#hasNotified = true;
    const { audioSpeed, messagesPerSecond, framesPerSecond } = this.#settings;
    const message =
      `You send faster than a session takes it: audio at ${audioSpeed} times real time, ${messagesPerSecond} messages a second, ` +
      `${framesPerSecond} of them text. Nothing is lost, but all of it comes late; send more slowly.`;
    return { type: 'refused', code: 'TOO_FAST', message, fatal: false };
  }

  #owedMs(nowMs: number): number {
    // A loop over the four would allocate an array for each chunk of audio.
    return Math.max(
      this.#messages.waitMs(nowMs),
      this.#audio.waitMs(nowMs),
      this.#frames.waitMs(nowMs),
      this.#frameBytes.waitMs(nowMs),
    );
  }

  #refuse(code: 'BAD_FRAME' | 'BAD_AUDIO', message: string, nowMs: number): Admission {
    return { type: 'refused', code, message, fatal: this.#malformed.add(nowMs) };
  }
}
