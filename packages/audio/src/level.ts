const FULL_SCALE = 32768;
const FLOOR_DBFS = -96;

/**
 * Root mean square of the samples.
 *
 * @returns From 0 (silence) to 1 (a full-scale square wave); a full-scale sine is 0.707. 0 when there are no samples.
 */
export function levelRms(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] ?? 0;
    sum += sample * sample;
  }
  return Math.sqrt(sum / samples.length) / FULL_SCALE;
}

/**
 * The largest magnitude among the samples.
 *
 * @returns From 0 to 1, where 1 is sample value -32768. 0 when there are no samples.
 */
export function levelPeak(samples: Int16Array): number {
  let peak = 0;
  for (let index = 0; index < samples.length; index++) {
    peak = Math.max(peak, Math.abs(samples[index] ?? 0));
  }
  return peak / FULL_SCALE;
}

/**
 * Root mean square level in decibels below full scale.
 *
 * @returns From -96, the floor, which also stands for digital silence and for no samples at all (so the value is always
 * finite and survives JSON), to 0, a full-scale square wave. A full-scale sine is -3.01.
 */
export function levelDbfs(samples: Int16Array): number {
  return Math.max(FLOOR_DBFS, 20 * Math.log10(levelRms(samples)));
}
