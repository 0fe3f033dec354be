import { expect, test } from 'vitest';
import { z } from 'zod';
import { boundedList } from './bounded-list.ts';

test('[XAI59, OAI61, GEM56] of a list the first 256 elements are read, and no other is looked at', () => {
  const list = [...Array.from({ length: 256 }, (_, index) => index), 'unreadable'];
  expect(boundedList(z.number()).parse(list)).toHaveLength(256);
  expect(boundedList(z.number()).safeParse(['unreadable']).success).toBe(false);
  expect(boundedList(z.number()).safeParse({ length: 1 }).success).toBe(false);
});
