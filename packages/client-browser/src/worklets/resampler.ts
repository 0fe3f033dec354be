/*
 * Converts a stream between any two sample rates with a windowed sinc, cut into phases so that an output sample costs one
 * row of coefficients. Shorter than the filter of @speko/audio (half the taps, any rate, floats): it runs on the audio
 * thread of a telephone, for speech, and adds 1 ms at 16 kHz.
 */

/** Samples of the lower rate on each side of the filter's centre. */
const CROSSINGS = 16;
const KAISER_BETA = 8;
/** The -6 dB point, as a share of the lower Nyquist frequency. */
const CUTOFF = 0.92;
/** Odd pairs of rates have thousands of phases; beyond this many the one before will do. */
const MAX_PHASES = 1024;

/** One stream being converted. Output sample `k` stands for the same instant as input sample `k * fromHz / toHz`. */
export interface Resampler {
  /** Input samples that {@link Resampler.process} still has to get before it can write so many. */
  needed(outputLength: number): number;
  /** Takes all of the input, fills the output as far as the input reaches, and returns how far that is. */
  process(input: Float32Array, output: Float32Array): number;
}

/** @param fromHz - Rate of the input. @param toHz - Rate of the output. */
export function createResampler(fromHz: number, toHz: number): Resampler {
  if (fromHz === toHz) return COPY;
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const up = toHz / divisor;
  const down = fromHz / divisor;
  const stretch = Math.max(1, down / up);
  const reach = Math.ceil(CROSSINGS * stretch);
  const taps = 2 * reach;
  const phases = Math.min(up, MAX_PHASES);
  const rows = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    fillRow(rows.subarray(phase * taps, (phase + 1) * taps), phase / phases, stretch);
  }
  let kept = new Float32Array(taps + 2048);
  // Silence before the first sample puts the filter's centre on it, which takes the delay off the start.
  let length = reach - 1;
  /** Of the next output sample, in `1 / up` input samples after the first one kept. */
  let position = 0;

  return {
    needed: (outputLength) => Math.max(0, Math.floor((position + (outputLength - 1) * down) / up) + taps - length),
    process(input, output) {
      if (length + input.length > kept.length) {
        const larger = new Float32Array(2 * (length + input.length));
        larger.set(kept);
        kept = larger;
      }
      kept.set(input, length);
      length += input.length;
      let filled = 0;
      let first = Math.floor(position / up);
      while (filled < output.length && first + taps <= length) {
        const row = Math.floor(((position % up) * phases) / up) * taps;
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) sum += (rows[row + tap] as number) * (kept[first + tap] as number);
        output[filled++] = sum;
        position += down;
        first = Math.floor(position / up);
      }
      kept.copyWithin(0, first, length);
      length -= first;
      position -= first * up;
      return filled;
    },
  };
}

const COPY: Resampler = {
  needed: (outputLength) => outputLength,
  process(input, output) {
    output.set(input);
    return input.length;
  },
};

/** @param fraction - How far the output sample lies after the middle of the row, in input samples. */
function fillRow(row: Float32Array, fraction: number, stretch: number): void {
  const reach = row.length / 2;
  let sum = 0;
  for (let tap = 0; tap < row.length; tap++) {
    const offset = tap - reach + 1 - fraction;
    const x = (Math.PI * CUTOFF * offset) / stretch;
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    row[tap] = sinc * besselI0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - (offset / reach) ** 2)));
    sum += row[tap] as number;
  }
  // A constant keeps its value in every phase.
  row.forEach((coefficient, tap) => (row[tap] = coefficient / sum));
}

/** Modified Bessel function of the first kind, order zero, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
