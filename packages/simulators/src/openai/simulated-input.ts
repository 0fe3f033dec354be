import { decodeBase64 } from '@speko/adapter-kit';
import { pcmToSamples } from '@speko/audio';
import { SimulatedVad, type VadEvent, type VadSettings } from '@speko/simulator-kit';
import { decodeG711 } from './g711.ts';
import type { AudioFormat, TurnDetectionSetting } from './session-settings.ts';
import { VendorError } from './vendor-error.ts';

const MAX_APPEND_BASE64 = (15 * 1024 * 1024 * 4) / 3;
const MIN_COMMIT_MS = 100;
/** Longest uncommitted silence that is kept. */
const MAX_BUFFER_MS = 5 * 60_000;
const SEMANTIC_SILENCE_MS = { low: 1000, auto: 600, medium: 600, high: 300 };

/** One committed turn of the user. */
export interface CommittedAudio {
  /** At 24 kHz. */
  readonly samples: Int16Array;
  readonly durationMs: number;
}

/** The input audio buffer of one session, and the detector that listens to it. */
export class SimulatedInput {
  readonly #pcmVad = new SimulatedVad(24_000);
  readonly #g711Vad = new SimulatedVad(8000);
  #chunks: Int16Array[] = [];
  #bufferedMs = 0;

  /** Milliseconds not yet committed. */
  get bufferedMs(): number {
    return this.#bufferedMs;
  }

  /**
   * Takes audio and tells what the detector heard in it; nothing where turns end by hand.
   *
   * @throws VendorError
   */
  append(base64: string, format: AudioFormat, turnDetection: TurnDetectionSetting | null): VadEvent[] {
    if (base64.length > MAX_APPEND_BASE64) {
      throw new VendorError({ code: 'invalid_value', message: 'An append may hold at most 15 MiB.', param: 'audio' });
    }
    const bytes = decodeBase64(base64);
    const isWhole = format.type !== 'audio/pcm' || bytes.byteLength % 2 === 0;
    if ((bytes.byteLength === 0 && base64 !== '') || !isWhole) {
      throw new VendorError({
        code: 'invalid_value',
        message: `Invalid 'audio'. Expected base64-encoded audio bytes of the format ${format.type}.`,
        param: 'audio',
      });
    }
    const isPcm = format.type === 'audio/pcm';
    const samples = isPcm ? pcmToSamples(bytes) : decodeG711(bytes, format.type);
    this.#keep(isPcm ? samples : threefold(samples));
    if (turnDetection === null) return [];
    return (isPcm ? this.#pcmVad : this.#g711Vad).process(samples, vadSettings(turnDetection));
  }

  /** Ends the turn. @throws VendorError when there is less than 100 ms of it */
  commit(): CommittedAudio {
    if (this.#bufferedMs < MIN_COMMIT_MS) {
      throw new VendorError({
        code: 'input_audio_buffer_commit_empty',
        message: `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${this.#bufferedMs.toFixed(2)}ms of audio.`,
      });
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
    this.#pcmVad.reset();
    this.#g711Vad.reset();
  }

  #keep(samples: Int16Array): void {
    this.#chunks.push(samples);
    this.#bufferedMs += samples.length / 24;
    while (this.#bufferedMs > MAX_BUFFER_MS) this.#bufferedMs -= (this.#chunks.shift()?.length ?? 0) / 24;
  }
}

/** 8 kHz as 24 kHz: good enough to hear. */
function threefold(samples: Int16Array): Int16Array {
  return Int16Array.from({ length: samples.length * 3 }, (_, index) => samples[Math.floor(index / 3)] ?? 0);
}

function vadSettings(turnDetection: TurnDetectionSetting): VadSettings {
  return turnDetection.type === 'server_vad'
    ? {
        threshold: turnDetection.threshold,
        prefixPaddingMs: turnDetection.prefix_padding_ms,
        silenceDurationMs: turnDetection.silence_duration_ms,
      }
    : { threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: SEMANTIC_SILENCE_MS[turnDetection.eagerness] };
}
