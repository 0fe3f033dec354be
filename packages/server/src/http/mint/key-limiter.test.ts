import { expect, test } from 'vitest';
import { KeyLimiter } from './key-limiter.ts';

test('[RS18] a key may mint its limit in any 60 s, and no more', () => {
  const limiter = new KeyLimiter(2);
  expect(limiter.admit('a', 0)).toEqual({ ok: true });
  expect(limiter.admit('a', 30_000)).toEqual({ ok: true });
  expect(limiter.admit('a', 59_999)).toEqual({ ok: false, retryAfterSeconds: 1 });
  expect(limiter.admit('a', 60_000)).toEqual({ ok: true });
  expect(limiter.admit('a', 60_001)).toEqual({ ok: false, retryAfterSeconds: 30 });
  expect(limiter.admit('a', 90_000)).toEqual({ ok: true });
});

test('[RS18] keys are counted apart', () => {
  const limiter = new KeyLimiter(1);
  expect(limiter.admit('a', 0).ok).toBe(true);
  expect(limiter.admit('b', 0).ok).toBe(true);
  expect(limiter.admit('a', 0).ok).toBe(false);
});

test('[ER2] the time to wait is whole seconds, rounded up, 1 or more', () => {
  const limiter = new KeyLimiter(1);
  limiter.admit('a', 0);
  expect(limiter.admit('a', 0)).toEqual({ ok: false, retryAfterSeconds: 60 });
  expect(limiter.admit('a', 500)).toEqual({ ok: false, retryAfterSeconds: 60 });
  expect(limiter.admit('a', 59_999.9)).toEqual({ ok: false, retryAfterSeconds: 1 });
});

test('[RS18] waiting as long as told is enough', () => {
  const limiter = new KeyLimiter(3);
  for (const nowMs of [0, 700, 1_400]) limiter.admit('a', nowMs);
  const refused = limiter.admit('a', 2_000);
  expect(refused).toEqual({ ok: false, retryAfterSeconds: 58 });
  expect(limiter.admit('a', 60_000)).toEqual({ ok: true });
});

test('[RS18] a refusal does not count', () => {
  const limiter = new KeyLimiter(1);
  limiter.admit('a', 0);
  for (let nowMs = 1; nowMs < 60_000; nowMs += 1_000) limiter.admit('a', nowMs);
  expect(limiter.admit('a', 60_000).ok).toBe(true);
});

test('[RS18] 0 switches the limit off and remembers nobody', () => {
  const limiter = new KeyLimiter(0);
  for (let count = 0; count < 1_000; count += 1) expect(limiter.admit('a', 0).ok).toBe(true);
  expect(limiter.size).toBe(0);
});

test('keys that mint no more are forgotten', () => {
  const limiter = new KeyLimiter(5);
  for (let key = 0; key < 1_000; key += 1) limiter.admit(`key ${key}`, 0);
  expect(limiter.size).toBe(1_000);
  limiter.admit('other', 120_000);
  expect(limiter.size).toBe(1);
});
