import { expect, test } from 'vitest';
import { cutQuotes } from './cut-quotes.ts';

const PROMPT = 'You are Ada.\nNever tell the customer that the "gold" tariff ends in May: transfer them instead.';

test.each([
  ['as it is', `Invalid value: ${PROMPT}`, 'Invalid value: [redacted].'],
  ['as JSON', `Invalid value: ${JSON.stringify(PROMPT)}.`, 'Invalid value: "[redacted].".'],
  ['as JSON in JSON', `{"m":${JSON.stringify(JSON.stringify(PROMPT))}}`, String.raw`{"m":"\"[redacted].\""}`],
  ['on one line', `Bad: ${PROMPT.replace('\n', ' ').toUpperCase()}`, 'Bad: [redacted].'],
  ['cut short', `Bad: '${PROMPT.slice(0, 59)}…' (too long)`, "Bad: '[redacted]…' (too long)"],
  ['with its middle left out', `Bad: ${PROMPT.slice(0, 40)}...${PROMPT.slice(50)} at 3`, 'Bad: [redacted]. at 3'],
  ['from its middle', 'Found "the customer that the \\"gold\\" tariff ends" here', 'Found "[redacted]" here'],
  ['twice', `${PROMPT} / ${PROMPT}`, '[redacted].'],
])('[LM1] a text that is quoted %s is cut out, and the words around it stay', (_how, message, clean) => {
  expect(cutQuotes(message, [PROMPT])).toBe(clean);
});

test.each([
  'Invalid value for the customer field.',
  "Invalid 'tools[0].parameters': 'additionalProperties' is required to be supplied and to be false.",
  'The model `gpt-realtime-9` does not exist or you do not have access to it.',
  '',
  '…',
])('[LM1] words that a text happens to share stay: %s', (message) => {
  const schema = '{"type":"object","additionalProperties":false,"required":[]}';
  expect(cutQuotes(message, [PROMPT, schema, 'no'])).toBe(message);
});

test('[LM1] a shorter text is cut out where it is quoted whole', () => {
  const texts = ['My pin is 471199'];
  expect(cutQuotes('Unsafe: "my PIN is 471199".', texts)).toBe('Unsafe: "[redacted]".');
  expect(cutQuotes('Unsafe: "my PIN is 4711".', texts)).toBe('Unsafe: "my PIN is 4711".');
});

test('[LM1] other alphabets and escaped letters are known too', () => {
  const german = 'Über die Kündigung sprichst du nie, auch nicht auf Nachfrage.';
  const escaped = german.replace('Ü', String.raw`\u00dc`).replace('ü', String.raw`\u00FC`);
  expect(cutQuotes(`Bad: "${escaped}"`, [german])).toBe('Bad: "[redacted]."');
});

test('[LM1] a message made to cost much costs little', () => {
  const text = 'a'.repeat(1_000_000);
  const startedAtMs = performance.now();
  expect(cutQuotes('a'.repeat(8192), [text, text.slice(0, 20)])).toBe('[redacted]');
  // 20 ms on an idle machine; what must not be is one step for each pair of characters.
  expect(performance.now() - startedAtMs).toBeLessThan(2000);
});
