import { expect, test } from 'vitest';
import { planTruncation } from './plan-truncation.ts';

const item = (itemId: string, heardMs: number, totalMs: number) => ({ itemId, heardMs, totalMs });

test('[OAI29] heard to the end stays, heard in part is cut, not heard at all is deleted', () => {
  expect(planTruncation([item('a', 2000, 2000), item('b', 1150.7, 3400), item('c', 0, 900)])).toEqual([
    { type: 'truncate', itemId: 'b', audioEndMs: 1150 },
    { type: 'delete', itemId: 'c' },
  ]);
});

test('[OAI29] the last 100 ms count as heard, since the vendor may hold less audio than it sent', () => {
  expect(planTruncation([item('a', 1901, 2000)])).toEqual([]);
  expect(planTruncation([item('a', 1900, 2000)])).toEqual([{ type: 'truncate', itemId: 'a', audioEndMs: 1900 }]);
});

test('[OAI29] less than a millisecond was not heard, and an item without audio is left alone', () => {
  expect(planTruncation([item('a', 0.9, 500)])).toEqual([{ type: 'delete', itemId: 'a' }]);
  expect(planTruncation([item('a', 0, 0)])).toEqual([]);
});

test('[OAI29] more heard than sent is no more than all', () => {
  expect(planTruncation([item('a', 5000, 2000)])).toEqual([]);
});
