import { countChars } from './count-chars.ts';
import { Fifo } from './fifo.ts';
import { mergePartials } from './merge-partials.ts';
import type { SessionAudioFrame, SessionErrorFrame, SessionFrame } from './session-frames.ts';

/** Bounds of a {@link FrameQueue}. */
export interface FrameQueueOptions {
  /** Most unread audio, in milliseconds. */
  maxAudioMs: number;
  /**
   * Most unread frames of other kinds.
   * @defaultValue 20000
   */
  maxFrames?: number;
  /**
   * Most text of these, in UTF-16 code units.
   * @defaultValue 16777216
   */
  maxChars?: number;
  /** Past this, only `close` is accepted. */
  onOverflow?: () => void;
}

/** A message of audio counts as no less than this, so that the bound holds for the number of messages too. */
const LEAST_AUDIO_MS = 10;
/** Audio counts as no less than it would last at 48 kHz, so that the bound holds for bytes too, whatever rate is stated. */
const MOST_BYTES_PER_MS = 96;

interface Entry<Frame extends SessionFrame> {
  /** Numbers frames in the order in which they came. */
  readonly at: number;
  readonly frame: Frame;
  /** What it counts against its bound: milliseconds of audio, else code units. */
  readonly size: number;
}

/**
 * Frames queued for `for await`, from the first on. Cost per frame does not depend on how many wait.
 *
 * Audio is bounded: once more than `maxAudioMs` waits unread, the oldest quarter of the bound is dropped and one `error`
 * frame `CLIENT_AUDIO_OVERFLOW` takes its place. Of other frames, partial transcripts are merged once there are too many, and
 * when that does not make room the last frame is an `error` `CLIENT_FRAMES_OVERFLOW`, but for `close`.
 */
export class FrameQueue implements AsyncIterable<SessionFrame> {
  readonly #maxAudioMs: number;
  readonly #maxFrames: number;
  readonly #maxChars: number;
  readonly #onOverflow: () => void;
  readonly #audio = new Fifo<Entry<SessionAudioFrame>>();
  readonly #others = new Fifo<Entry<SessionFrame>>();
  readonly #readers = new Fifo<(result: IteratorResult<SessionFrame, undefined>) => void>();
  #audioMs = 0;
  #chars = 0;
  #lastAt = 0;
  /** Audio that was dropped and not reported yet: where it was, and how much. */
  #gap: { readonly at: number; droppedMs: number } | undefined;
  #isFull = false;
  #hasEnded = false;

  constructor({ maxAudioMs, maxFrames = 20_000, maxChars = 16_777_216, onOverflow = () => {} }: FrameQueueOptions) {
    this.#maxAudioMs = maxAudioMs;
    this.#maxFrames = maxFrames;
    this.#maxChars = maxChars;
    this.#onOverflow = onOverflow;
  }

  /** Hands a frame to the next reader, or keeps it. */
  push(frame: SessionFrame): void {
    if (this.#isFull && frame.type !== 'close') return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ value: frame, done: false });
      return;
    }
    this.#lastAt += 1;
    if (frame.type === 'audio') this.#keepAudio(frame);
    else this.#keepOther(frame);
  }

  /** Forgets all unread audio; other frames keep their order. */
  dropAudio(): void {
    this.#audio.replace([]);
    this.#audioMs = 0;
  }

  /** Nothing follows; readers finish after what is left. */
  end(): void {
    this.#hasEnded = true;
    for (const reader of this.#readers.toArray()) reader({ value: undefined, done: true });
    this.#readers.replace([]);
  }

  /** Every iterator reads from the same queue: leaving a loop and starting another one loses nothing. */
  [Symbol.asyncIterator](): AsyncIterator<SessionFrame, undefined> {
    return { next: () => this.#next() };
  }

  #next(): Promise<IteratorResult<SessionFrame, undefined>> {
    const frame = this.#take();
    if (frame !== undefined) return Promise.resolve({ value: frame, done: false });
    if (this.#hasEnded) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  #take(): SessionFrame | undefined {
    const audioAt = this.#audio.first?.at ?? Infinity;
    const otherAt = this.#others.first?.at ?? Infinity;
    if (this.#gap !== undefined && this.#gap.at < Math.min(audioAt, otherAt)) return this.#takeGap(this.#gap.droppedMs);
    if (audioAt < otherAt) return this.#takeAudio()?.frame;
    const other = this.#others.shift();
    this.#chars -= other?.size ?? 0;
    return other?.frame;
  }

  #takeAudio(): Entry<SessionAudioFrame> | undefined {
    const entry = this.#audio.shift();
    this.#audioMs -= entry?.size ?? 0;
    return entry;
  }

  #takeGap(droppedMs: number): SessionErrorFrame {
    this.#gap = undefined;
    return {
      type: 'error',
      code: 'CLIENT_AUDIO_OVERFLOW',
      message: `${Math.round(droppedMs)} ms of audio were dropped, since more than ${this.#maxAudioMs} ms waited unread. Read frames as they come, or raise maxQueuedAudioMs.`,
      fatal: false,
    };
  }

  #keepAudio(frame: SessionAudioFrame): void {
    const size = Math.max(durationMs(frame), frame.pcm.byteLength / MOST_BYTES_PER_MS, LEAST_AUDIO_MS);
    this.#audio.push({ at: this.#lastAt, frame, size });
    this.#audioMs += size;
    if (this.#audioMs <= this.#maxAudioMs) return;
    while (this.#audioMs > this.#maxAudioMs * 0.75) {
      const dropped = this.#takeAudio();
      if (dropped === undefined) return;
      this.#gap ??= { at: dropped.at, droppedMs: 0 };
      this.#gap.droppedMs += durationMs(dropped.frame);
    }
  }

  #keepOther(frame: SessionFrame): void {
    const size = countChars(frame);
    this.#others.push({ at: this.#lastAt, frame, size });
    this.#chars += size;
    if (!this.#exceeds(1) || frame.type === 'close') return;
    const kept = mergePartials(this.#others.toArray());
    this.#others.replace(kept);
    this.#chars = kept.reduce((sum, { size }) => sum + size, 0);
    // With less room than this the next merge would come too soon for its cost.
    if (this.#exceeds(0.75)) this.#refuse();
  }

  #exceeds(share: number): boolean {
    return this.#others.length > this.#maxFrames * share || this.#chars > this.#maxChars * share;
  }

  #refuse(): void {
    this.#isFull = true;
    this.#lastAt += 1;
    const error: SessionErrorFrame = {
      type: 'error',
      code: 'CLIENT_FRAMES_OVERFLOW',
      message: `The session was closed, since more than ${this.#maxFrames} frames, or ${this.#maxChars} characters of them, waited unread. Read frames as they come, or pass onFrame.`,
      fatal: true,
    };
    this.#others.push({ at: this.#lastAt, frame: error, size: 0 });
    this.#onOverflow();
  }
}

function durationMs(frame: SessionAudioFrame): number {
  return (frame.pcm.byteLength * 500) / frame.sampleRate;
}
