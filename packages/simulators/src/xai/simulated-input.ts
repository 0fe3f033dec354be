import { decodeBase64 } from '@speko/adapter-kit';
import { createResampler, pcmToSamples, type Resampler } from '@speko/audio';
import { SimulatedVad, type VadEvent } from '@speko/simulator-kit';
import type { TurnDetectionSetting } from './session-settings.ts';
import { VendorError } from './vendor-error.ts';

const KEPT_RATE_HZ = 24_000;
const MIN_COMMIT_MS = 100;
/** Longest uncommitted silence that is kept. */
const MAX_BUFFER_MS = 5 * 60_000;

/** The input audio buffer of one session, and the detector that listens to it. */
export class SimulatedInput {
  #rateHz: number | undefined;
  #vad = new SimulatedVad(KEPT_RATE_HZ);
  #resampler: Resampler = createResampler({ fromHz: KEPT_RATE_HZ, toHz: KEPT_RATE_HZ });
  #chunks: Int16Array[] = [];
  #bufferedMs = 0;

  /**
   * Takes audio and tells what the detector heard in it; nothing where turns end by hand.
   *
   * @throws VendorError when the audio is none, or of another rate than what is buffered
   */
  append(base64: string, rateHz: number, turnDetection: TurnDetectionSetting | undefined): VadEvent[] {
    const bytes = decodeBase64(base64);
    if (bytes.byteLength === 0 || bytes.byteLength % 2 !== 0) {
      throw new VendorError({ code: 'invalid_value', message: 'The audio is not base64 of whole 16-bit samples.' });
    }
    this.#useRate(rateHz);
    const samples = pcmToSamples(bytes);
    this.#keep(this.#resampler.process(samples));
    if (turnDetection === undefined) return [];
    const { threshold, prefix_padding_ms: prefixPaddingMs, silence_duration_ms: silenceDurationMs } = turnDetection;
    // The scale of the vendor's threshold is its own: at its usual 0.85 ordinary speech has to be heard.
    return this.#vad.process(samples, { threshold: threshold / 2, prefixPaddingMs, silenceDurationMs });
  }

  /**
   * Ends the turn: its samples at 24 kHz.
   *
   * @throws VendorError when there is less than 100 ms of it
   */
  commit(): { samples: Int16Array; durationMs: number } {
    if (this.#bufferedMs < MIN_COMMIT_MS) {
      throw new VendorError({ message: `Input audio buffer too small: ${Math.round(this.#bufferedMs)} ms.` });
    }
    const samples = new Int16Array(this.#chunks.reduce((length, chunk) => length + chunk.length, 0));
    let position = 0;
    for (const chunk of this.#chunks) {
      samples.set(chunk, position);
      position += chunk.length;
    }
    const durationMs = this.#bufferedMs;
    this.clear();
    return { samples, durationMs };
  }

  clear(): void {
    this.#chunks = [];
    this.#bufferedMs = 0;
    this.#vad.reset();
  }

  #useRate(rateHz: number): void {
    if (this.#rateHz === rateHz) return;
    if (this.#bufferedMs > 0) {
      const rates = `${this.#rateHz}, ${rateHz}`;
      this.clear();
      throw new VendorError({
        type: 'internal_error',
        code: 'internal_error',
        message: `Multiple frame rates in one turn: ${rates}`,
      });
    }
    this.#rateHz = rateHz;
    this.#vad = new SimulatedVad(rateHz);
    this.#resampler = createResampler({ fromHz: rateHz, toHz: KEPT_RATE_HZ });
  }

  #keep(samples: Int16Array): void {
    this.#chunks.push(samples.slice());
    this.#bufferedMs += (samples.length * 1000) / KEPT_RATE_HZ;
    while (this.#bufferedMs > MAX_BUFFER_MS) {
      this.#bufferedMs -= ((this.#chunks.shift()?.length ?? 0) * 1000) / KEPT_RATE_HZ;
    }
  }
}
