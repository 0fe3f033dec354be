import { expect, test } from 'vitest';
import { boundText } from './bounded-text.ts';

test.each([
  ['short', 8, 'short'],
  ['exactly8', 8, 'exactly8'],
  ['one too many', 11, 'one too man'],
  ['a€€', 7, 'a€€'],
  ['a€€', 6, 'a€'],
  ['a€€', 4, 'a€'],
  ['🎙️ on', 3, ''],
  ['🎙️ on', 4, '🎙'],
  ['�����', 9, '���'],
  ['anything', 0, ''],
])('of %j at most %i bytes are %j', (text, maxBytes, bounded) => {
  expect(boundText(text, maxBytes)).toBe(bounded);
});
