/** Every ordered pair of different rates that sessions and vendors have. */
export const SESSION_PAIRS = [8000, 16_000, 24_000, 48_000].flatMap((fromHz, _, rates) =>
  rates.filter((toHz) => toHz !== fromHz).map((toHz) => ({ fromHz, toHz })),
);

/** Rates of recordings, and at the end such as have hardly a divisor in common with any other. */
export const OTHER_PAIRS = [
  { fromHz: 44_100, toHz: 24_000 },
  { fromHz: 44_100, toHz: 48_000 },
  { fromHz: 44_100, toHz: 8000 },
  { fromHz: 22_050, toHz: 16_000 },
  { fromHz: 11_025, toHz: 24_000 },
  { fromHz: 32_000, toHz: 24_000 },
  { fromHz: 96_000, toHz: 24_000 },
  { fromHz: 192_000, toHz: 8000 },
  { fromHz: 24_000, toHz: 44_100 },
  { fromHz: 16_000, toHz: 11_025 },
  { fromHz: 44_101, toHz: 24_000 },
  { fromHz: 12_345, toHz: 24_000 },
  { fromHz: 24_000, toHz: 12_345 },
  { fromHz: 191_999, toHz: 8000 },
];

/** A little below full scale, so that a tone is never clipped. */
export const AMPLITUDE = 29_000;

export function tone(frequencyHz: number, sampleRateHz: number, durationMs: number): Int16Array {
  return signal(sampleRateHz, durationMs, (seconds) => 2 * Math.PI * frequencyHz * seconds);
}

/** A sine that glides evenly from one frequency to another. */
export function sweep(range: { fromHz: number; toHz: number }, sampleRateHz: number, durationMs: number): Int16Array {
  return signal(sampleRateHz, durationMs, sweepPhase(range, durationMs));
}

export function sweepPhase(range: { fromHz: number; toHz: number }, durationMs: number): (seconds: number) => number {
  const glide = ((range.toHz - range.fromHz) * 1000) / durationMs;
  return (seconds) => 2 * Math.PI * (range.fromHz + (glide / 2) * seconds) * seconds;
}

function signal(sampleRateHz: number, durationMs: number, phase: (seconds: number) => number): Int16Array {
  const length = Math.round((sampleRateHz * durationMs) / 1000);
  // A quarter turn in, so that a tone at the Nyquist frequency is not sampled at its zeros.
  return Int16Array.from({ length }, (_, k) => Math.round(AMPLITUDE * Math.cos(phase(k / sampleRateHz) + 0.4)));
}

/** What of a signal follows a given phase, by least squares, and the root mean square of the rest. */
export function fit(
  samples: Int16Array,
  { phase, sampleRateHz, start = 0, end = samples.length }: FitOptions,
): { gainDb: number; phaseRadians: number; restDb: number } {
  let [cc, ss, cs, cx, sx, xx] = [0, 0, 0, 0, 0, 0];
  for (let k = start; k < end; k++) {
    const c = Math.cos(phase(k / sampleRateHz) + 0.4);
    const s = Math.sin(phase(k / sampleRateHz) + 0.4);
    const x = samples[k] ?? 0;
    cc += c * c;
    ss += s * s;
    cs += c * s;
    cx += c * x;
    sx += s * x;
    xx += x * x;
  }
  const determinant = cc * ss - cs * cs;
  const real = (cx * ss - sx * cs) / determinant;
  const imaginary = (sx * cc - cx * cs) / determinant;
  const rest = Math.sqrt(Math.max(0, xx - real * cx - imaginary * sx) / (end - start));
  return {
    gainDb: decibels(Math.hypot(real, imaginary) / AMPLITUDE),
    phaseRadians: Math.atan2(imaginary, real),
    restDb: decibels((rest * Math.SQRT2) / AMPLITUDE),
  };
}

interface FitOptions {
  phase: (seconds: number) => number;
  sampleRateHz: number;
  start?: number;
  end?: number;
}

/** Root mean square relative to that of a {@link tone}. */
export function toneLevelDb(samples: Int16Array): number {
  const sum = samples.reduce((total, sample) => total + sample * sample, 0);
  return decibels(Math.sqrt((2 * sum) / samples.length) / AMPLITUDE);
}

function decibels(ratio: number): number {
  return 20 * Math.log10(Math.max(ratio, 1e-9));
}

/** Repeatable numbers from 0 up to 1 (a linear congruential generator). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Full-scale noise: the hardest signal for a border between chunks. */
export function noise(length: number, seed: number): Int16Array {
  const random = seededRandom(seed);
  return Int16Array.from({ length }, () => Math.floor(random() * 65_536) - 32_768);
}

/** Where two pieces first differ, -1 if nowhere: a failure then names a place instead of printing thousands of bytes. */
export function firstDifference(a: Uint8Array | Int16Array, b: Uint8Array | Int16Array): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    if (a[index] !== b[index]) return index;
  }
  return -1;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
