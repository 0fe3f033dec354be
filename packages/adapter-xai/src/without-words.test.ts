import { expect, test } from 'vitest';
import { withoutWords } from './without-words.ts';

test.each([
  ['Two tickets for Sunday.', 'Two tickets.', 'for Sunday.'],
  ['TWO tickets, for Sunday.', 'two tickets', 'for Sunday.'],
  ['Two tickets.', 'Two tickets.', ''],
  ['Too many tickets.', 'Two tickets.', 'Too many tickets.'],
  ['Two.', 'Two tickets.', 'Two.'],
  ['Dos días más', 'dos días', 'más'],
  ['anything', '', 'anything'],
])('[XAI18] "%s" after "%s" is "%s"', (text, earlier, rest) => {
  expect(withoutWords(text, earlier)).toBe(rest);
});
