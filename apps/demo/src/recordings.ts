import { readFileSync } from 'node:fs';
import { decodeWav, pcmByteLength } from '@speko/audio';

/** Rate of everything the demo plays and hears, in Hz. */
export const SAMPLE_RATE_HZ = 24_000;

/** Something to say. */
export interface Clip {
  readonly label: string;
  /** Mono PCM16 at 24 kHz. */
  readonly pcm: Uint8Array;
  /** Where in it the voice falls silent, milliseconds. */
  readonly speechEndMs: number;
}

/**
 * What the caller says. `speech.wav` holds two sentences; it is played in two parts, cut in the middle of the pause
 * between them, so that the first one is answered before the second one begins.
 * @see assets/README.md for the intervals
 */
export interface Recordings {
  readonly greeting: Clip;
  readonly question: Clip;
  readonly bargeIn: Clip;
}

const PAUSE_MIDDLE_MS = 2_760;
const FIRST_SENTENCE_END_MS = 2_320;
const SECOND_SENTENCE_END_MS = 4_650;
const BARGE_IN_END_MS = 1_440;

/** Reads the bundled recordings. */
export function readRecordings(): Recordings {
  const speech = readAsset('speech.wav');
  const cut = pcmByteLength(PAUSE_MIDDLE_MS, SAMPLE_RATE_HZ);
  return {
    greeting: { label: 'first sentence', pcm: speech.subarray(0, cut), speechEndMs: FIRST_SENTENCE_END_MS },
    question: {
      label: 'second sentence',
      pcm: speech.subarray(cut),
      speechEndMs: SECOND_SENTENCE_END_MS - PAUSE_MIDDLE_MS,
    },
    bargeIn: { label: 'interruption', pcm: readAsset('barge-in.wav'), speechEndMs: BARGE_IN_END_MS },
  };
}

function readAsset(name: string): Uint8Array {
  const { pcm, sampleRateHz } = decodeWav(readFileSync(new URL(`../../../assets/${name}`, import.meta.url)));
  if (sampleRateHz !== SAMPLE_RATE_HZ)
    throw new Error(`assets/${name} has ${sampleRateHz} Hz instead of ${SAMPLE_RATE_HZ} Hz.`);
  return pcm;
}
