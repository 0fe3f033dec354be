import { expect, test } from 'vitest';
import { earliest } from './earliest.ts';

test('the earliest of several times counts, and those that are not set do not', () => {
  expect(earliest(300, undefined, 200, 400)).toBe(200);
  expect(earliest(-Infinity, 5)).toBe(-Infinity);
  expect(earliest(0, undefined)).toBe(0);
  expect(earliest(undefined, undefined)).toBeUndefined();
  expect(earliest()).toBeUndefined();
});
