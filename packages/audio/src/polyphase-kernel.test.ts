import { expect, test } from 'vitest';
import { OTHER_PAIRS, SESSION_PAIRS } from './__fixtures__/signals.ts';
import { designKernel } from './polyphase-kernel.ts';

test.each([
  ...SESSION_PAIRS,
  ...OTHER_PAIRS,
  { fromHz: 191_999, toHz: 4000 },
  { fromHz: 192_000, toHz: 4001 },
  { fromHz: 4001, toHz: 191_999 },
  { fromHz: 192_000, toHz: 11_025 },
  { fromHz: 24_000, toHz: 23_999 },
])('[AU30] the filter from $fromHz to $toHz Hz has at most 400 kB', ({ fromHz, toHz }) => {
  const { coefficients } = designKernel(fromHz, toHz);
  expect(coefficients.byteLength).toBeLessThanOrEqual(400_000);
});
