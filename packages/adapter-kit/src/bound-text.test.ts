import { expect, test } from 'vitest';
import { appendBounded, boundText, detached } from './bound-text.ts';

test.each([
  ['hello', 5, 'hello'],
  ['hello', 4, 'hell'],
  ['a😀b', 2, 'a'],
  ['a😀b', 3, 'a😀'],
])('[XAI57, OAI60, GEM55] %j bounded to %i is %j', (text, maxChars, bounded) => {
  expect(boundText(text, maxChars)).toBe(bounded);
});

test('[XAI57, OAI60, GEM55] a text is kept up to 262,144 characters', () => {
  expect(boundText('a'.repeat(300_000))).toHaveLength(262_144);
  expect(appendBounded('a'.repeat(262_140), 'bcdefgh')).toBe(`${'a'.repeat(262_140)}bcde`);
});

test('[XAI57, OAI60, GEM55] nothing is added to a full text', () => {
  expect(appendBounded('abcd', 'e', 4)).toBe('abcd');
});

test('[XAI57, OAI60, GEM55] a detached text is the same text', () => {
  expect(detached('item_ä😀'.slice(0, 8))).toBe('item_ä😀');
});
