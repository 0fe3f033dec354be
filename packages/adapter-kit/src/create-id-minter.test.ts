import { expect, test } from 'vitest';
import { createIdMinter } from './create-id-minter.ts';

test('ids count up behind their prefix', () => {
  const mint = createIdMinter('item');
  expect([mint(), mint(), mint()]).toEqual(['item-1', 'item-2', 'item-3']);
  expect(createIdMinter('item')()).toBe('item-1');
});

test('a prefix that leaves no room is refused', () => {
  expect(() => createIdMinter('a'.repeat(21))).toThrow(RangeError);
  expect(() => createIdMinter('')).toThrow(RangeError);
});
