import type { PolyphaseKernel } from './polyphase-kernel.ts';

/**
 * Computes output samples: the inner loop of the resampler, so it allocates nothing.
 *
 * It goes phase by phase. Output samples L apart share a row of coefficients, and four of them are summed in one pass
 * over that row, which takes two thirds of the time of one after another. Every sample is summed in the same order
 * either way, so that the result does not depend on how many are computed at once.
 *
 * @param kernel - The filter.
 * @param window - Input: `taps - 1` samples of the past, then the new ones.
 * @param position - Where the first output sample lies after the past, in samples of L times the input rate.
 * @param output - Filled whole; no sample of it may need input beyond the window.
 */
export function applyKernel(kernel: PolyphaseKernel, window: Float64Array, position: number, output: Int16Array): void {
  if (kernel.rows < kernel.interpolation) return applyInterpolated(kernel, window, position, output);
  const { interpolation, decimation, taps, coefficients } = kernel;
  for (let first = 0; first < interpolation && first < output.length; first++) {
    const at = position + first * decimation;
    const row = (at % interpolation) * taps;
    let oldest = Math.floor(at / interpolation);
    let index = first;
    for (; index + 3 * interpolation < output.length; index += 4 * interpolation) {
      const oldest1 = oldest + decimation;
      const oldest2 = oldest1 + decimation;
      const oldest3 = oldest2 + decimation;
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let tap = 0; tap < taps; tap++) {
        const coefficient = coefficients[row + tap] as number;
        sum0 += coefficient * (window[oldest + tap] as number);
        sum1 += coefficient * (window[oldest1 + tap] as number);
        sum2 += coefficient * (window[oldest2 + tap] as number);
        sum3 += coefficient * (window[oldest3 + tap] as number);
      }
      output[index] = toInt16(sum0);
      output[index + interpolation] = toInt16(sum1);
      output[index + 2 * interpolation] = toInt16(sum2);
      output[index + 3 * interpolation] = toInt16(sum3);
      oldest = oldest3 + decimation;
    }
    for (; index < output.length; index += interpolation) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) {
        sum += (coefficients[row + tap] as number) * (window[oldest + tap] as number);
      }
      output[index] = toInt16(sum);
      oldest += decimation;
    }
  }
}

/** The same where the filter has fewer rows than phases: each sample is summed over the two rows beside its phase. */
function applyInterpolated(
  { interpolation, decimation, taps, rows, coefficients }: PolyphaseKernel,
  window: Float64Array,
  position: number,
  output: Int16Array,
): void {
  for (let index = 0; index < output.length; index++) {
    const at = position + index * decimation;
    const oldest = Math.floor(at / interpolation);
    const exactRow = ((at % interpolation) * rows) / interpolation;
    const row = Math.floor(exactRow);
    const below = row * taps;
    const above = below + taps;
    let sumBelow = 0;
    let sumAbove = 0;
    for (let tap = 0; tap < taps; tap++) {
      const sample = window[oldest + tap] as number;
      sumBelow += (coefficients[below + tap] as number) * sample;
      sumAbove += (coefficients[above + tap] as number) * sample;
    }
    output[index] = toInt16(sumBelow + (exactRow - row) * (sumAbove - sumBelow));
  }
}

/** Clips: a typed array alone would wrap a loud peak around to the other sign. */
function toInt16(value: number): number {
  if (value >= 32_767) return 32_767;
  if (value <= -32_768) return -32_768;
  return Math.round(value);
}
