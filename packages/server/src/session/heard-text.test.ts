import { expect, test } from 'vitest';
import { heardText, joinTexts } from './heard-text.ts';

test('[TR5] the heard part of a text is whole words; the word at the border counts if more than half of it was heard', () => {
  const text = [{ itemId: 'i1', text: 'One two three four' }];
  const heard = (heardMs: number): string => heardText(text, [{ itemId: 'i1', heardMs, totalMs: 1800 }]);
  expect(heard(0)).toBe('');
  expect(heard(100)).toBe('');
  expect(heard(300)).toBe('One');
  expect(heard(1000)).toBe('One two');
  expect(heard(1200)).toBe('One two three');
  expect(heard(1799)).toBe('One two three four');
  expect(heard(1800)).toBe('One two three four');
});

test('[TR5] an item that was never spoken was not heard', () => {
  expect(heardText([{ itemId: 'i1', text: 'Hello.' }], [])).toBe('');
});

test('[TR1] items are joined with one space where the provider sent none', () => {
  expect(joinTexts(['Let me look.', 'It is here.'])).toBe('Let me look. It is here.');
  expect(joinTexts(['Let me look. ', 'It is here.', ''])).toBe('Let me look. It is here.');
  expect(joinTexts([])).toBe('');
});
