import type { SessionAudioFrame, SessionFrame } from './session-frames.ts';

/** What bounds a {@link FrameQueue}. */
export interface FrameQueueOptions {
  /** Most unread audio, in milliseconds. */
  maxAudioMs: number;
}

/**
 * Frames on their way to whoever iterates, from the first one on.
 *
 * Audio is bounded: once more than `maxAudioMs` waits unread, the oldest quarter of the bound is dropped and one `error`
 * frame `CLIENT_AUDIO_OVERFLOW` takes its place. Frames of other kinds are small and never dropped.
 */
export class FrameQueue implements AsyncIterable<SessionFrame> {
  readonly #maxAudioMs: number;
  #frames: SessionFrame[] = [];
  /** Index of the next frame to read; what lies before it is read and waits to be cut off. */
  #head = 0;
  #audioMs = 0;
  #ended = false;
  #readers: ((result: IteratorResult<SessionFrame, undefined>) => void)[] = [];

  constructor({ maxAudioMs }: FrameQueueOptions) {
    this.#maxAudioMs = maxAudioMs;
  }

  /** Hands a frame to the next reader, or keeps it. */
  push(frame: SessionFrame): void {
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ value: frame, done: false });
      return;
    }
    this.#frames.push(frame);
    if (frame.type !== 'audio') return;
    this.#audioMs += durationMs(frame);
    if (this.#audioMs > this.#maxAudioMs) this.#makeRoom();
  }

  /** Forgets all unread audio; other frames keep their order. */
  dropAudio(): void {
    if (this.#audioMs === 0) return;
    this.#frames = this.#unread().filter((frame) => frame.type !== 'audio');
    this.#head = 0;
    this.#audioMs = 0;
  }

  /** Nothing follows; readers finish after what is left. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers.splice(0)) reader({ value: undefined, done: true });
  }

  /** Every iterator reads from the same queue: leaving a loop and starting another one loses nothing. */
  [Symbol.asyncIterator](): AsyncIterator<SessionFrame, undefined> {
    return { next: () => this.#next() };
  }

  #next(): Promise<IteratorResult<SessionFrame, undefined>> {
    const frame = this.#frames[this.#head];
    if (frame !== undefined) {
      this.#take(frame);
      return Promise.resolve({ value: frame, done: false });
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  #take(frame: SessionFrame): void {
    this.#head += 1;
    if (frame.type === 'audio') this.#audioMs -= durationMs(frame);
    // Cutting off one frame at a time would move the whole array each time.
    if (this.#head >= 64 && this.#head * 2 >= this.#frames.length) {
      this.#frames = this.#unread();
      this.#head = 0;
    }
  }

  #makeRoom(): void {
    const enoughMs = this.#maxAudioMs * 0.75;
    const kept: SessionFrame[] = [];
    let droppedMs = 0;
    let gap = -1;
    for (const frame of this.#unread()) {
      if (frame.type !== 'audio' || this.#audioMs <= enoughMs) {
        kept.push(frame);
        continue;
      }
      if (gap === -1) gap = kept.length;
      this.#audioMs -= durationMs(frame);
      droppedMs += durationMs(frame);
    }
    kept.splice(gap, 0, {
      type: 'error',
      code: 'CLIENT_AUDIO_OVERFLOW',
      message: `${Math.round(droppedMs)} ms of audio were dropped, since more than ${this.#maxAudioMs} ms waited unread. Read frames as they come, or raise maxQueuedAudioMs.`,
      fatal: false,
    });
    this.#frames = kept;
    this.#head = 0;
  }

  #unread(): SessionFrame[] {
    return this.#frames.slice(this.#head);
  }
}

function durationMs(frame: SessionAudioFrame): number {
  return (frame.pcm.byteLength * 500) / frame.sampleRate;
}
