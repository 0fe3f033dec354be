import { expect, test } from 'vitest';
import { utf8Bytes } from './utf8-bytes.ts';

test.each(['', 'abc', 'é', '€', '😀', 'a\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}', 'lone \ud800 surrogate'])(
  '[RS9] counts bytes as an encoder does: %j',
  (text) => {
    expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
  },
);
