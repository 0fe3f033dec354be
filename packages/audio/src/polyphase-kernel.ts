/*
 * The low-pass filter behind a rate change of L/M: a sinc under a Kaiser window, cut into L rows ("phases"), so that an
 * output sample costs one row and no zero-stuffed stream is ever built. Rates with hardly a divisor in common, such as
 * 44,101 and 24,000 Hz, would need more rows than fit a cache: they get fewer, and what lies between two is interpolated.
 *
 * The numbers below are one trade, made once for every pair of rates. In units of the lower rate's Nyquist frequency the
 * pass-band ends at 0.9 and the stop-band begins at 1.0, so nothing folds back, not even next to Nyquist. That transition
 * takes 64 samples of the lower rate: half of them, 32, are the delay (4 ms at 8 kHz, 2 ms at 16 kHz). Beta 6 puts the
 * side lobes at -63 dB; the cut-off lies as high as the stop-band lets it, which leaves -0.4 dB at 0.9.
 */

/** Samples of the lower rate on each side of the filter's centre. */
const HALF_LENGTH = 32;
const KAISER_BETA = 6;
/** The -6 dB point, as a share of the lower Nyquist frequency. */
const CUTOFF = 0.94;

/** Largest L and M whose filter has a row for each phase: every pair of usual rates, 48,000 to 11,025 Hz included. */
const MOST_PHASES = 640;
/**
 * Rows per sample of the lower rate where phases are interpolated. The line between two is off by (pi / 256)^2 / 8 of full
 * scale at most, which is -94 dB.
 */
const INTERPOLATED_ROWS = 256;

/** A filter ready to run from one rate to another. */
export interface PolyphaseKernel {
  /** L: filter phases, and output samples per {@link PolyphaseKernel.decimation} input samples. */
  readonly interpolation: number;
  /** M: input samples per L output samples. */
  readonly decimation: number;
  /** Coefficients per row. */
  readonly taps: number;
  /** Steps from the first phase to the first of the next input sample: L, or fewer where phases are interpolated. */
  readonly rows: number;
  /**
   * Row after row, each in the order of its input samples, oldest first. Each sums to 1. Where phases are interpolated
   * there is one row more than {@link PolyphaseKernel.rows}, the end of the last line.
   */
  readonly coefficients: Float64Array;
  /** Filter delay, in samples of L times the input rate. */
  readonly delay: number;
}

/**
 * Designs the filter for a pair of rates.
 *
 * @param fromHz - Input rate, a positive integer.
 * @param toHz - Output rate, a positive integer.
 */
export function designKernel(fromHz: number, toHz: number): PolyphaseKernel {
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const interpolation = toHz / divisor;
  const decimation = fromHz / divisor;
  const oversampling = Math.max(interpolation, decimation);
  const half = HALF_LENGTH * oversampling;
  const taps = Math.ceil((2 * half) / interpolation);
  const isExact = oversampling <= MOST_PHASES;
  // A lower rate's filter is longer and smoother: it needs as many rows per sample of that rate, so fewer per input sample.
  const rows = isExact ? interpolation : Math.ceil((INTERPOLATED_ROWS * interpolation) / oversampling);
  const coefficients = new Float64Array(taps * (isExact ? rows : rows + 1));
  for (let at = 0; at * taps < coefficients.length; at++) {
    const phase = (at * interpolation) / rows;
    const row = coefficients.subarray(at * taps, (at + 1) * taps);
    for (let tap = 0; tap < taps; tap++) {
      row[taps - 1 - tap] = windowedSinc(phase + tap * interpolation - (half - 1), half, CUTOFF / oversampling);
    }
    normalise(row);
  }
  return { interpolation, decimation, taps, rows, coefficients, delay: half - 1 };
}

function windowedSinc(offset: number, half: number, cutoff: number): number {
  if (Math.abs(offset) >= half) return 0;
  const x = Math.PI * offset * cutoff;
  const sinc = x === 0 ? 1 : Math.sin(x) / x;
  return sinc * besselI0(KAISER_BETA * Math.sqrt(1 - (offset / half) ** 2));
}

/** Unit sum in every phase: a constant goes in and the same constant comes out, with no ripple at the input rate. */
function normalise(row: Float64Array): void {
  const sum = row.reduce((total, coefficient) => total + coefficient, 0);
  row.forEach((coefficient, tap) => (row[tap] = coefficient / sum));
}

/** Modified Bessel function of the first kind, order zero, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
