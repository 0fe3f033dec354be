import { createResampler, pcmByteLength, pcmDurationMs, samplesToPcm } from '@speko/audio';

/** The sound of one answer, made piece by piece so that a long one never holds the process up. */
export interface ReplyAudio {
  /** How long all of it plays, milliseconds. */
  readonly totalMs: number;
  /** The next piece, about `chunkMs` long; empty once all has been read. */
  read(chunkMs: number): Uint8Array;
}

/** The caller's own audio, in another rate where the two directions differ. */
export function repeatAudio(pcm: Uint8Array, rates: { readonly fromHz: number; readonly toHz: number }): ReplyAudio {
  const { fromHz, toHz } = rates;
  const resampler = createResampler({ fromHz, toHz });
  let offset = 0;
  return {
    totalMs: pcmDurationMs(pcm.byteLength, fromHz),
    read(chunkMs) {
      if (offset >= pcm.byteLength) return EMPTY;
      const piece = pcm.subarray(offset, offset + pcmByteLength(chunkMs, fromHz));
      offset += piece.byteLength;
      const resampled = resampler.process(piece);
      if (offset < pcm.byteLength) return resampled;
      const rest = resampler.flush();
      const whole = new Uint8Array(resampled.byteLength + rest.byteLength);
      whole.set(resampled);
      whole.set(rest, resampled.byteLength);
      return whole;
    },
  };
}

const MS_PER_CHARACTER = 60;
const MIN_CHIME_MS = 300;
const MAX_CHIME_MS = 6000;
const NOTE_MS = 200;
/** A pentatonic scale: any order of these notes sounds harmless. */
const NOTES_HZ = [523.25, 587.33, 659.25, 783.99, 880] as const;
const AMPLITUDE = 0.15 * 32_767;

/** A row of soft notes about as long as it takes to read the text aloud, 0.3 to 6 s: the echo has no voice for words. */
export function chimeFor(text: string, sampleRateHz: number): ReplyAudio {
  const wantedMs = Math.min(MAX_CHIME_MS, Math.max(MIN_CHIME_MS, text.length * MS_PER_CHARACTER));
  const totalSamples = pcmByteLength(wantedMs, sampleRateHz) / 2;
  const noteSamples = (sampleRateHz * NOTE_MS) / 1000;
  let position = 0;
  return {
    totalMs: wantedMs,
    read(chunkMs) {
      const length = Math.min(totalSamples - position, pcmByteLength(chunkMs, sampleRateHz) / 2);
      const samples = new Int16Array(length);
      for (let index = 0; index < length; index++, position++) {
        const note = Math.floor(position / noteSamples);
        const frequencyHz = NOTES_HZ[text.charCodeAt(note % text.length) % NOTES_HZ.length] ?? NOTES_HZ[0];
        const within = (position % noteSamples) / noteSamples;
        // A raised sine per note, so that notes neither click nor run into each other.
        const envelope = Math.sin(Math.PI * within) ** 2;
        samples[index] = Math.round(
          AMPLITUDE * envelope * Math.sin((2 * Math.PI * frequencyHz * position) / sampleRateHz),
        );
      }
      return samplesToPcm(samples);
    },
  };
}

const EMPTY = new Uint8Array(0);
