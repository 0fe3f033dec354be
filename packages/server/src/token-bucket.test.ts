import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('a burst is taken at once, and what overdraws it is owed at the rate', () => {
  const bucket = new TokenBucket({ perSecond: 100, burst: 10 }, 0);
  bucket.take(10, 0);
  expect(bucket.waitMs(0)).toBe(0);
  bucket.take(30, 0);
  expect(bucket.waitMs(0)).toBe(300);
  expect(bucket.waitMs(200)).toBe(100);
  expect(bucket.waitMs(300)).toBe(0);
});

test('a quiet time fills it up to its burst and no further', () => {
  const bucket = new TokenBucket({ perSecond: 100, burst: 10 }, 0);
  bucket.take(10, 0);
  bucket.take(15, 60_000);
  expect(bucket.waitMs(60_000)).toBe(50);
});
