import { afterEach, expect, test, vi } from 'vitest';
import { stripRepeatedPrefix } from './strip-repeated-prefix.ts';

afterEach(() => vi.restoreAllMocks());

test.each([
  ['Two tickets for Sunday.', 'Two tickets.', 'for Sunday.'],
  ['TWO tickets, for Sunday.', 'two tickets', 'for Sunday.'],
  ['Two tickets.', 'Two tickets.', ''],
  ['Too many tickets.', 'Two tickets.', 'Too many tickets.'],
  ['Two.', 'Two tickets.', 'Two.'],
  ['Dos días más', 'dos días', 'más'],
  ['anything', '', 'anything'],
])('[XAI18] "%s" after "%s" is "%s"', (text, earlier, rest) => {
  expect(stripRepeatedPrefix(text, earlier)).toBe(rest);
});

test('[XAI57] no more words are looked at than were said before', () => {
  const matchAll = vi.spyOn(String.prototype, 'matchAll');
  const taken = vi.spyOn(Object.getPrototypeOf('a'.matchAll(/a/gu)) as Iterator<unknown>, 'next');
  const long = 'a '.repeat(100_000);
  expect(stripRepeatedPrefix(long, '')).toBe(long);
  expect(matchAll).toHaveBeenCalledTimes(1);
  expect(stripRepeatedPrefix(long, 'a a')).toBe(long.slice(4));
  // Two words and the end of what was said before, two words and the next of the text.
  expect(taken).toHaveBeenCalledTimes(6);
});
