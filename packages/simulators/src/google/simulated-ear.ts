import { decodeBase64 } from '@speko/adapter-kit';
import { createResampler, levelDbfs, pcmToSamples, RESAMPLER_RANGE_HZ } from '@speko/audio';
import { invalidArgument } from './vendor-close.ts';

const FRAME_MS = 20;
const SPEECH_DBFS = -45;
/** A click is no speech. */
const MIN_SPEECH_MS = 60;
const LEAD_IN_MS = 200;
const MAX_TURN_MS = 60_000;
const REPLY_RATE_HZ = 24_000;

/** Times in the audio received so far, milliseconds. */
export type EarEvent =
  | { readonly type: 'start'; readonly atMs: number }
  | { readonly type: 'end'; readonly atMs: number; readonly turn: SpokenTurn };

export interface SpokenTurn {
  /** At 24 kHz, with a little of what was before. */
  readonly samples: Int16Array;
  readonly speechMs: number;
}

/**
 * What the service hears. Speech is what is loud enough, on the clock of the audio itself: where none arrives, no time
 * passes, so a turn whose stream stops never ends by itself.
 */
export class SimulatedEar {
  readonly #prefixPaddingMs: number;
  readonly #silenceDurationMs: number;
  readonly #isManual: boolean;
  #rateHz = 16_000;
  #rest = new Int16Array(0);
  #frames: Int16Array[] = [];
  #clockMs = 0;
  #loudMs = 0;
  #quietMs = 0;
  #speechMs = 0;
  #isSpeaking = false;

  constructor(options: {
    readonly isManual: boolean;
    readonly prefixPaddingMs: number;
    readonly silenceDurationMs: number;
  }) {
    this.#isManual = options.isManual;
    this.#prefixPaddingMs = Math.max(MIN_SPEECH_MS, options.prefixPaddingMs);
    this.#silenceDurationMs = options.silenceDurationMs;
  }

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  get clockMs(): number {
    return this.#clockMs;
  }

  /** Takes audio. @throws VendorClose for what is no PCM with a rate */
  hear(mimeType: string, base64: string): EarEvent[] {
    const rate = /^audio\/pcm;\s*rate=(\d+)$/.exec(mimeType)?.[1];
    const bytes = decodeBase64(base64);
    if (rate === undefined || bytes.byteLength % 2 !== 0) throw invalidArgument();
    this.#rateHz = Number(rate);
    const samples = pcmToSamples(bytes);
    const joined = new Int16Array(this.#rest.length + samples.length);
    joined.set(this.#rest);
    joined.set(samples, this.#rest.length);
    const length = Math.max(1, Math.round((this.#rateHz * FRAME_MS) / 1000));
    const events: EarEvent[] = [];
    let position = 0;
    for (; position + length <= joined.length; position += length) {
      const event = this.#frame(joined.subarray(position, position + length));
      if (event !== undefined) events.push(event);
    }
    this.#rest = joined.slice(position);
    return events;
  }

  /** Ends the turn now, if there is one. */
  end(): SpokenTurn | undefined {
    const hasTurn = this.#isManual ? this.#frames.length > 0 : this.#isSpeaking;
    const turn = hasTurn ? this.#take() : undefined;
    this.#reset();
    return turn;
  }

  #frame(frame: Int16Array): EarEvent | undefined {
    this.#clockMs += FRAME_MS;
    this.#frames.push(frame);
    if (this.#isManual) {
      this.#speechMs += FRAME_MS;
      this.#forget(MAX_TURN_MS);
      return undefined;
    }
    const isLoud = levelDbfs(frame) > SPEECH_DBFS;
    this.#loudMs = isLoud ? this.#loudMs + FRAME_MS : 0;
    this.#quietMs = isLoud ? 0 : this.#quietMs + FRAME_MS;
    if (!this.#isSpeaking) {
      this.#forget(LEAD_IN_MS + this.#prefixPaddingMs);
      if (this.#loudMs < this.#prefixPaddingMs) return undefined;
      this.#isSpeaking = true;
      this.#speechMs = this.#loudMs;
      return { type: 'start', atMs: this.#clockMs - this.#loudMs };
    }
    this.#speechMs += FRAME_MS;
    this.#forget(MAX_TURN_MS);
    if (this.#quietMs < this.#silenceDurationMs) return undefined;
    const atMs = this.#clockMs - this.#quietMs;
    const turn = this.#take();
    this.#reset();
    return { type: 'end', atMs, turn };
  }

  #take(): SpokenTurn {
    const whole = new Int16Array(this.#frames.reduce((length, frame) => length + frame.length, 0));
    let position = 0;
    for (const frame of this.#frames) {
      whole.set(frame, position);
      position += frame.length;
    }
    return { samples: atReplyRate(whole, this.#rateHz), speechMs: this.#speechMs - this.#quietMs };
  }

  #reset(): void {
    this.#frames = [];
    this.#loudMs = 0;
    this.#quietMs = 0;
    this.#speechMs = 0;
    this.#isSpeaking = false;
  }

  #forget(keepMs: number): void {
    while (this.#frames.length > keepMs / FRAME_MS) this.#frames.shift();
  }
}

function atReplyRate(samples: Int16Array, rateHz: number): Int16Array {
  const { lowest, highest } = RESAMPLER_RANGE_HZ;
  const canConvert = Number.isInteger(rateHz) && rateHz >= lowest && rateHz <= highest;
  if (rateHz === REPLY_RATE_HZ || !canConvert) return samples;
  const resampler = createResampler({ fromHz: rateHz, toHz: REPLY_RATE_HZ });
  const converted = resampler.process(samples);
  const tail = pcmToSamples(resampler.flush());
  const whole = new Int16Array(converted.length + tail.length);
  whole.set(converted);
  whole.set(tail, converted.length);
  return whole;
}
