import { expect, test } from 'vitest';
import { asciiSlice, asciiSlicePortable, indexOfByte } from './ascii.ts';

const view = new TextEncoder().encode('say "hello"').subarray(4);

test('a stretch of bytes becomes a string, counted from the start of the view', () => {
  expect(asciiSlice(view, 1, 6)).toBe('hello');
  expect(asciiSlicePortable(view, 1, 6)).toBe('hello');
});

test('a byte is found in plain arrays and in buffers', () => {
  for (const bytes of [view, Buffer.from(view)]) {
    expect(indexOfByte(bytes, 0x22, 0)).toBe(0);
    expect(indexOfByte(bytes, 0x22, 1)).toBe(6);
    expect(indexOfByte(bytes, 0x23, 0)).toBe(-1);
  }
});
