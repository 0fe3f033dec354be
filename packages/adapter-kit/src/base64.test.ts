import { expect, test } from 'vitest';
import {
  decodeBase64,
  decodeBase64Portable,
  decodeIntactBase64,
  encodeBase64,
  encodeBase64Portable,
} from './base64.ts';

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 37 + 11) % 256);

test('bytes of every length up to 67 come back as they were', () => {
  for (let length = 0; length <= 67; length++) {
    const bytes = bytesOf(length);
    expect(Array.from(decodeBase64(encodeBase64(bytes)))).toEqual(Array.from(bytes));
    expect(Array.from(decodeBase64Portable(encodeBase64Portable(bytes)))).toEqual(Array.from(bytes));
  }
});

test('the portable form writes what the native one writes', () => {
  for (const length of [0, 1, 2, 3, 100, 101, 102]) {
    expect(encodeBase64Portable(bytesOf(length))).toBe(Buffer.from(bytesOf(length)).toString('base64'));
  }
  expect(encodeBase64Portable(Uint8Array.of(77, 97))).toBe('TWE=');
});

test('a view into a larger buffer is read from its own start', () => {
  const view = Uint8Array.of(9, 9, 77, 97, 110, 9).subarray(2, 5);
  expect(encodeBase64(view)).toBe('TWFu');
  expect(encodeBase64Portable(view)).toBe('TWFu');
});

test('decoding is lenient about spaces, missing padding and the URL-safe letters, in both forms', () => {
  for (const decode of [decodeBase64, decodeBase64Portable]) {
    expect(Array.from(decode('TW Fu'))).toEqual([77, 97, 110]);
    expect(Array.from(decode('TWE'))).toEqual([77, 97]);
    expect(Array.from(decode('-_-_'))).toEqual([251, 255, 191]);
    expect(Array.from(decode('é?'))).toEqual([]);
  }
});

test('[AD30] damaged base64 is told from intact base64, which may be wrapped, unpadded or URL-safe', () => {
  for (const text of ['', 'TWFu', 'TWE=', 'TWE', 'TQ==', 'TQ', '-_-_', 'TW\r\nFu\n', ' TWFu ']) {
    expect(decodeIntactBase64(text)).toEqual(decodeBase64(text));
  }
  for (const text of ['<html>', 'TWFuT', 'TW?Fu', 'TQ==TWFu', 'TWFu\u0000\u0000', 'TWFü', '====', 'T===']) {
    expect(decodeIntactBase64(text)).toBeUndefined();
  }
});
