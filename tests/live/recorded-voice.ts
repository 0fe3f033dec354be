import { readFileSync } from 'node:fs';
import { createResampler, decodeWav, pcmByteLength, silence } from '@speko/audio';
import { pacedAudio } from '@speko/client-node';
import type { Voice } from '@speko/tests-behaviour';

/** Where the first of the two sentences begins and ends; see assets/README.md. */
const SENTENCE_MS = { from: 300, to: 2_420 };
/** Longer than any vendor waits by default before it takes silence for the end of a turn. */
const PAUSE_MS = 2_500;

/** A recorded sentence at the pace of speech, whatever length is asked for: a real vendor wants words. */
export function createRecordedVoice({ sampleRateHz }: { readonly sampleRateHz: number }): Voice {
  const recording = decodeWav(readFileSync(new URL('../../assets/speech.wav', import.meta.url)));
  const resampler = createResampler({ fromHz: recording.sampleRateHz, toHz: sampleRateHz });
  const pcm = Buffer.concat([resampler.process(recording.pcm), resampler.flush()]);
  const at = (ms: number): number => pcmByteLength(ms, sampleRateHz);
  const sentence = pcm.subarray(at(SENTENCE_MS.from), at(SENTENCE_MS.to));
  return {
    speech: () => pacedAudio(sentence, { sampleRate: sampleRateHz }),
    pause: () => pacedAudio(silence(PAUSE_MS, sampleRateHz), { sampleRate: sampleRateHz }),
  };
}
