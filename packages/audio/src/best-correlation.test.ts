import { expect, test } from 'vitest';
import { noise } from './__fixtures__/signals.ts';
import { bestCorrelation } from './best-correlation.ts';

const original = noise(2000, 1);

test.each([{ lag: 37 }, { lag: -37 }, { lag: 0 }])('[AU27] a copy $lag samples later is found', ({ lag }) => {
  const shifted = Int16Array.from(original, (_, k) => original[k - lag] ?? 0);
  expect(bestCorrelation(original, shifted, 50)).toEqual({ lag, correlation: expect.closeTo(1, 10) });
});

test('[AU27] gain does not matter', () => {
  const quiet = original.map((sample) => sample / 8);
  expect(bestCorrelation(original, quiet, 50).correlation).toBeGreaterThan(0.9999);
});

test('[AU27] signals of different length are compared where they overlap', () => {
  expect(bestCorrelation(original, original.subarray(300, 900), 400)).toMatchObject({ lag: -300 });
});

test('[AU27] unrelated signals hardly correlate', () => {
  expect(bestCorrelation(original, noise(2000, 2), 50).correlation).toBeLessThan(0.15);
});

test('[AU27] nothing matches silence', () => {
  expect(bestCorrelation(original, new Int16Array(2000), 50)).toEqual({ lag: 0, correlation: 0 });
  expect(bestCorrelation(original, new Int16Array(0), 50)).toEqual({ lag: 0, correlation: 0 });
});

test('[AU27] an overlap of a few samples is not a match', () => {
  const end = Int16Array.of(0, 0, 0, 0, 0, 0, 0, 1000);
  const start = Int16Array.of(1000, 0, 0, 0, 0, 0, 0, 0);
  expect(bestCorrelation(end, start, 8)).toEqual({ lag: 0, correlation: 0 });
  expect(bestCorrelation(end, start.subarray(0, 1), 8)).toEqual({ lag: -7, correlation: 1 });
});
