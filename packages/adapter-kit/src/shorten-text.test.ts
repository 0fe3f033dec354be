import { expect, test } from 'vitest';
import { shortenText } from './shorten-text.ts';

test('a text that fits goes as it is', () => {
  expect(shortenText('x'.repeat(100), 100, 'The text')).toEqual({ text: 'x'.repeat(100), events: [] });
});

test('one that does not is cut, says so to the model, and is told to the client', () => {
  const { text, events } = shortenText('x'.repeat(150), 100, 'The text');
  expect(text).toBe(`${'x'.repeat(54)}\n[Cut off here: 150 characters were too many.]`);
  expect(text).toHaveLength(100);
  expect(events).toEqual([
    {
      type: 'provider-error',
      code: 'INVALID_REQUEST',
      message:
        'The text has 150 characters and the provider takes 100: the model got the beginning, and is told so. Send less.',
      fatal: false,
      retryable: false,
    },
  ]);
});

test('no character is cut in half', () => {
  // 54 code units would be kept: the last of them is half of one.
  const { text } = shortenText(`x${'😀'.repeat(75)}`, 100, 'The text');
  expect(text).toBe(`x${'😀'.repeat(26)}\n[Cut off here: 151 characters were too many.]`);
});
