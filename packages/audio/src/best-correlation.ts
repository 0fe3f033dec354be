/** Where two signals match best, and how well. */
export interface BestCorrelation {
  /** Samples by which `b` is later than `a`: `b[i + lag]` matches `a[i]`. Negative when `b` is earlier. */
  readonly lag: number;
  /**
   * Normalised correlation at that lag, from 0 to 1: 1 is the same shape at any gain, 0 nothing in common.
   * 0 also when either signal is silent. Opposite polarity is no match.
   */
  readonly correlation: number;
}

/**
 * Slides one signal along the other and finds the lag at which they correlate most: how tests and diagnostics ask
 * "is this that recording, and how late is it?".
 *
 * Costs one pass over the signals per lag, so it is not for the audio path. Lags at which less than half of the shorter
 * signal overlaps are left out, since a short overlap matches by chance.
 *
 * @param a - The reference.
 * @param b - The signal to find in it, at the same sample rate.
 * @param maxLagSamples - Largest shift to try in either direction, 0 or more.
 */
export function bestCorrelation(a: Int16Array, b: Int16Array, maxLagSamples: number): BestCorrelation {
  const minOverlap = Math.max(1, Math.min(a.length, b.length) / 2);
  const energyA = energySums(a);
  const energyB = energySums(b);
  let best: BestCorrelation = { lag: 0, correlation: 0 };
  for (let lag = -maxLagSamples; lag <= maxLagSamples; lag++) {
    const start = Math.max(0, -lag);
    const end = Math.min(a.length, b.length - lag);
    if (end - start < minOverlap) continue;
    const energy = Math.sqrt(between(energyA, start, end) * between(energyB, start + lag, end + lag));
    const correlation = energy === 0 ? 0 : crossSum(a, b, lag, start, end) / energy;
    if (correlation > best.correlation) best = { lag, correlation };
  }
  return best;
}

/** Sum of products at one lag: the only part that costs a pass over the signals for each lag. */
function crossSum(a: Int16Array, b: Int16Array, lag: number, start: number, end: number): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum += (a[index] as number) * (b[index + lag] as number);
  return sum;
}

/** Energy of the first `index` samples, at each index. Exact: 2^53 is reached after minutes at full scale. */
function energySums(samples: Int16Array): Float64Array {
  const sums = new Float64Array(samples.length + 1);
  let sum = 0;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] as number;
    sum += sample * sample;
    sums[index + 1] = sum;
  }
  return sums;
}

function between(sums: Float64Array, start: number, end: number): number {
  return (sums[end] as number) - (sums[start] as number);
}
