/** Loud noise without a single zero, so that any zero in what was played is one that was put in. Repeatable. */
export function noiseWithoutZeros(length: number, seed = 1): Int16Array<ArrayBuffer> {
  let state = seed;
  return Int16Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 17) - 16_384 || 1;
  });
}

/** A sine of 440 Hz at 30 % of full scale: its steepest step from sample to sample is 0.035 at 24 kHz. */
export function tone(length: number, rateHz: number): Int16Array<ArrayBuffer> {
  return Int16Array.from({ length }, (_, k) => Math.round(9830 * Math.cos((2 * Math.PI * 440 * k) / rateHz)) || 1);
}
