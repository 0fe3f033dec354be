import { levelDbfs } from '@speko/audio';

const FRAME_MS = 20;
/** A click is no speech. */
const MIN_SPEECH_MS = 60;

/** How the detector decides; see the vendor's `turn_detection`. */
export interface VadSettings {
  /** 0 to 1. */
  readonly threshold: number;
  /** Audio before the first loud frame that counts as speech, milliseconds. */
  readonly prefixPaddingMs: number;
  /** Silence that ends a turn, milliseconds. */
  readonly silenceDurationMs: number;
}

/** Offsets in the audio written so far, milliseconds. */
export type VadEvent =
  | { readonly type: 'start'; readonly audioStartMs: number }
  | { readonly type: 'stop'; readonly audioEndMs: number; readonly speechMs: number };

/** Speech is what is louder than a threshold, on the clock of the audio itself, however fast that arrives. */
export class SimulatedVad {
  readonly #sampleRateHz: number;
  #rest = new Int16Array(0);
  #clockMs = 0;
  #loudMs = 0;
  #quietMs = 0;
  #speechStartMs: number | undefined;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
  }

  get isSpeech(): boolean {
    return this.#speechStartMs !== undefined;
  }

  /** Begins a new turn, after a commit or a clear; the clock goes on. */
  reset(): void {
    this.#loudMs = 0;
    this.#quietMs = 0;
    this.#speechStartMs = undefined;
  }

  /** Takes the next samples and tells what began or ended in them. */
  process(samples: Int16Array, settings: VadSettings): VadEvent[] {
    const joined = new Int16Array(this.#rest.length + samples.length);
    joined.set(this.#rest);
    joined.set(samples, this.#rest.length);
    const frameLength = (this.#sampleRateHz * FRAME_MS) / 1000;
    const events: VadEvent[] = [];
    let position = 0;
    for (; position + frameLength <= joined.length; position += frameLength) {
      const event = this.#frame(joined.subarray(position, position + frameLength), settings);
      if (event !== undefined) events.push(event);
    }
    this.#rest = joined.slice(position);
    return events;
  }

  #frame(frame: Int16Array, settings: VadSettings): VadEvent | undefined {
    this.#clockMs += FRAME_MS;
    const isLoud = levelDbfs(frame) > -60 + settings.threshold * 40;
    this.#loudMs = isLoud ? this.#loudMs + FRAME_MS : 0;
    this.#quietMs = isLoud ? 0 : this.#quietMs + FRAME_MS;
    if (this.#speechStartMs === undefined) {
      if (this.#loudMs < MIN_SPEECH_MS) return undefined;
      this.#speechStartMs = this.#clockMs - this.#loudMs;
      return { type: 'start', audioStartMs: Math.max(0, this.#speechStartMs - settings.prefixPaddingMs) };
    }
    if (this.#quietMs < settings.silenceDurationMs) return undefined;
    const speechMs = this.#clockMs - this.#quietMs - this.#speechStartMs;
    this.reset();
    return { type: 'stop', audioEndMs: this.#clockMs, speechMs };
  }
}
