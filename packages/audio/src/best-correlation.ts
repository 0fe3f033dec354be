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
  let best: BestCorrelation = { lag: 0, correlation: 0 };
  for (let lag = -maxLagSamples; lag <= maxLagSamples; lag++) {
    const start = Math.max(0, -lag);
    const end = Math.min(a.length, b.length - lag);
    if (end - start < minOverlap) continue;
    const correlation = correlationAt(a.subarray(start, end), b.subarray(start + lag, end + lag));
    if (correlation > best.correlation) best = { lag, correlation };
  }
  return best;
}

function correlationAt(a: Int16Array, b: Int16Array): number {
  let cross = 0;
  let energyA = 0;
  let energyB = 0;
  for (let index = 0; index < a.length; index++) {
    const x = a[index] ?? 0;
    const y = b[index] ?? 0;
    cross += x * y;
    energyA += x * x;
    energyB += y * y;
  }
  const energy = Math.sqrt(energyA * energyB);
  return energy === 0 ? 0 : cross / energy;
}
