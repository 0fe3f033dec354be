import { samplesToPcm } from '@speko/audio';

const PITCH_HZ = 140;
const HARMONICS = [1, 2, 3, 5, 8, 13] as const;
const SYLLABLES_PER_SECOND = 4;
/** By sample rate: a conformance run asks hundreds of times, and the sines take most of its time. */
const made = new Map<number, Uint8Array>();

/** 1.2 s of a buzz with the loudness contour of syllables: speech, as far as a level meter can tell. */
export function makeSpeechSample(sampleRateHz: number): Uint8Array {
  const known = made.get(sampleRateHz);
  // A copy, since a caller may write into what it gets.
  if (known !== undefined) return known.slice();
  const sample = renderSpeech(sampleRateHz);
  made.set(sampleRateHz, sample);
  return sample.slice();
}

function renderSpeech(sampleRateHz: number): Uint8Array {
  const samples = new Int16Array(Math.round(1.2 * sampleRateHz));
  for (let index = 0; index < samples.length; index++) {
    const seconds = index / sampleRateHz;
    let buzz = 0;
    for (const harmonic of HARMONICS) buzz += Math.sin(2 * Math.PI * PITCH_HZ * harmonic * seconds) / HARMONICS.length;
    const loudness = 0.35 + 0.25 * Math.sin(2 * Math.PI * SYLLABLES_PER_SECOND * seconds);
    samples[index] = Math.round(32_767 * loudness * buzz);
  }
  return samplesToPcm(samples);
}
