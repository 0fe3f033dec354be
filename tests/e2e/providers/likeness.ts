import { bestCorrelation, createResampler, pcmToSamples } from '@speko/audio';

/** Mono PCM16 and its rate. */
export interface Sound {
  readonly pcm: Uint8Array;
  readonly sampleRateHz: number;
}

const MAX_LAG_MS = 1200;
/** The lag is looked for at 2 kHz: enough for the pitch of a voice, and quick. */
const COARSE_RATE_HZ = 2000;

/** How much `heard` is the sound of `said` at its own rate, from 0 to 1, wherever in it the vendor began to listen. */
export function likeness(said: Sound, heard: Sound): number {
  const { sampleRateHz } = heard;
  const coarse = bestCorrelation(thin(said), thin(heard), (MAX_LAG_MS * COARSE_RATE_HZ) / 1000);
  const perCoarse = sampleRateHz / COARSE_RATE_HZ;
  const lag = coarse.lag * perCoarse;
  const reference = pcmToSamples(atRate(said, sampleRateHz)).subarray(Math.max(0, -lag));
  return bestCorrelation(reference, pcmToSamples(heard.pcm).subarray(Math.max(0, lag)), perCoarse).correlation;
}

/** The same sound at another rate. */
export function atRate({ pcm, sampleRateHz }: Sound, rateHz: number): Uint8Array {
  const resampler = createResampler({ fromHz: sampleRateHz, toHz: rateHz });
  return Buffer.concat([resampler.process(pcm), resampler.flush()]);
}

function thin(sound: Sound): Int16Array {
  const samples = pcmToSamples(atRate(sound, COARSE_RATE_HZ * 4));
  const mean = (at: number): number => samples.subarray(at, at + 4).reduce((sum, sample) => sum + sample, 0) / 4;
  return Int16Array.from({ length: Math.floor(samples.length / 4) }, (_, index) => mean(index * 4));
}
