import { readFileSync } from 'node:fs';
import { decodeWav, pcmByteLength, silence } from '@speko/audio';
import { pacedAudio } from '@speko/client-node';
import type { Voice } from '@speko/tests-behaviour';

const SAMPLE_RATE_HZ = 24_000;
/** Where the first of the two sentences begins and ends; see assets/README.md. */
const SENTENCE_MS = { from: 300, to: 2_420 };
/** Longer than any vendor waits by default before it takes silence for the end of a turn. */
const PAUSE_MS = 2_500;

/** A recorded sentence at the pace of speech, whatever length is asked for: a real vendor wants words. */
export function createRecordedVoice(): Voice {
  const { pcm, sampleRateHz } = decodeWav(readFileSync(new URL('../../assets/speech.wav', import.meta.url)));
  if (sampleRateHz !== SAMPLE_RATE_HZ) throw new Error(`assets/speech.wav has ${sampleRateHz} Hz.`);
  const at = (ms: number): number => pcmByteLength(ms, SAMPLE_RATE_HZ);
  const sentence = pcm.subarray(at(SENTENCE_MS.from), at(SENTENCE_MS.to));
  return {
    speech: () => pacedAudio(sentence),
    pause: () => pacedAudio(silence(PAUSE_MS, SAMPLE_RATE_HZ)),
  };
}
