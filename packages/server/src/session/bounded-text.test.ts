import { expect, test } from 'vitest';
import { boundJsonText, boundText, jsonBytes } from './bounded-text.ts';

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

const everyKind = 'a"\\/\u0000\u0001\b\t\n\f\r\u001f\u007f\u0080é߿ࠀ€\u2028\uffff\ud83c🎙️\udf89';

test('a text is as long in JSON as JSON.stringify writes it', () => {
  expect(jsonBytes('')).toBe(0);
  expect(jsonBytes(everyKind)).toBe(Buffer.byteLength(JSON.stringify(everyKind)) - 2);
});

test('a text bounded in JSON is the longest beginning that fits, in whole characters', () => {
  const whole = jsonBytes(everyKind);
  expect(boundJsonText(everyKind, whole)).toBe(everyKind);
  for (let maxBytes = 0; maxBytes < whole; maxBytes++) {
    const bounded = boundJsonText(everyKind, maxBytes);
    const [next = ''] = everyKind.slice(bounded.length);
    expect(everyKind.startsWith(bounded)).toBe(true);
    expect(jsonBytes(bounded)).toBeLessThanOrEqual(maxBytes);
    expect(jsonBytes(bounded + next)).toBeGreaterThan(maxBytes);
  }
});
