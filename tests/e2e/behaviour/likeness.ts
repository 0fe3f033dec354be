import { bestCorrelation, createResampler, pcmToSamples } from '@speko/audio';

/** Mono PCM16 and its rate. */
export interface Sound {
  readonly pcm: Uint8Array;
  readonly sampleRateHz: number;
}

/** Voices of these tests have nothing above it. */
const COARSE_RATE_HZ = 8000;
const MAX_LAG_MS = 1000;

/**
 * How much `heard` is the sound of `said` at its own rate, from 0 to 1, up to a second later or earlier. The lag is
 * looked for in a thinned copy; what counts is every sample.
 */
export function likeness(said: Sound, heard: Sound): number {
  const { sampleRateHz } = heard;
  const reference = pcmToSamples(atRate(said, sampleRateHz));
  const samples = pcmToSamples(heard.pcm);
  // Every other sample of 8 kHz.
  const thin = (sound: Sound): Int16Array =>
    pcmToSamples(atRate(sound, COARSE_RATE_HZ)).filter((_, at) => at % 2 === 0);
  const perThin = (sampleRateHz * 2) / COARSE_RATE_HZ;
  const coarse = bestCorrelation(thin(said), thin(heard), (MAX_LAG_MS * COARSE_RATE_HZ) / 2000);
  const lag = coarse.lag * perThin;
  return bestCorrelation(reference.subarray(Math.max(0, -lag)), samples.subarray(Math.max(0, lag)), perThin)
    .correlation;
}

/** The same sound at another rate. */
export function atRate({ pcm, sampleRateHz }: Sound, rateHz: number): Uint8Array {
  const resampler = createResampler({ fromHz: sampleRateHz, toHz: rateHz });
  return Buffer.concat([resampler.process(pcm), resampler.flush()]);
}
