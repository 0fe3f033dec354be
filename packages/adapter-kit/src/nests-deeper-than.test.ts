import { expect, test } from 'vitest';
import { nestsDeeperThan } from './nests-deeper-than.ts';

test.each([
  ['"text"', 0, false],
  ['null', 0, false],
  ['[]', 0, true],
  ['[]', 1, false],
  ['{"a":[1,{}]}', 2, true],
  ['{"a":[1,{}]}', 3, false],
  ['[1,2,[[]]]', 3, false],
])('%s has more than %i levels: %s', (json, maxLevels, expected) => {
  expect(nestsDeeperThan(JSON.parse(json), maxLevels)).toBe(expected);
});

test('a value nested a million times is looked into no deeper than asked', () => {
  expect(nestsDeeperThan(JSON.parse('['.repeat(1e6) + ']'.repeat(1e6)), 64)).toBe(true);
});
