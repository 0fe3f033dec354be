import { expect, test } from 'vitest';
import { shortenSpeech } from './shorten-speech.ts';

const A_990 = 'a'.repeat(990);

test.each([
  ['hello', 'hello'],
  ['a'.repeat(1000), 'a'.repeat(1000)],
  ['a'.repeat(1001), `${'a'.repeat(1000)}…`],
  [`${'a'.repeat(999)}😀`, `${'a'.repeat(999)}…`],
  [`${A_990} the tenth and more`, `${A_990} the tenth…`],
  [`${A_990} the eleventh`, `${A_990} the…`],
  [`${A_990}${' '.repeat(100_000)}`, `${A_990}…`],
])('[ECH21] a long text is cut at a word (%#)', (text, said) => {
  expect(shortenSpeech(text)).toBe(said);
});
