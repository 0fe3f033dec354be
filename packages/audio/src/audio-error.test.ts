import { expect, test } from 'vitest';
import { AudioError } from './audio-error.ts';

test('[AU28] an error carries its code and is recognised', () => {
  const error = new AudioError('BAD_OPTION', 'Use another rate.');
  expect(error).toMatchObject({ name: 'AudioError', code: 'BAD_OPTION', message: 'Use another rate.' });
  expect(error).toBeInstanceOf(Error);
  expect(AudioError.isInstance(error)).toBe(true);
});

test('[AU28] an error of another copy of this package is recognised by its brand', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('@speko/audio.AudioError')]: true });
  expect(AudioError.isInstance(foreign)).toBe(true);
});

test.each([null, undefined, 'BAD_OPTION', {}, new Error('x')])('[AU28] %s is no AudioError', (value) => {
  expect(AudioError.isInstance(value)).toBe(false);
});
