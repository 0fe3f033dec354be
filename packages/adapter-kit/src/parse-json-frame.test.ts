import { expect, test } from 'vitest';
import { frameText, parseJsonFrame } from './parse-json-frame.ts';

test('text and bytes are read alike', () => {
  expect(parseJsonFrame('{"a":"é"}')).toEqual({ ok: true, value: { a: 'é' } });
  expect(parseJsonFrame(new TextEncoder().encode('{"a":"é"}'))).toEqual({ ok: true, value: { a: 'é' } });
});

test('what is not JSON is a result, not an exception', () => {
  for (const frame of ['', '{"a":', new Uint8Array([0xff, 0xfe, 0x00])]) {
    expect(parseJsonFrame(frame)).toEqual({ ok: false, message: expect.any(String) as string });
  }
});

test('what nests deeper than 200 levels is a result too', () => {
  const nested = (levels: number) => parseJsonFrame('['.repeat(levels) + ']'.repeat(levels));
  expect(nested(200).ok).toBe(true);
  expect(nested(201)).toEqual({ ok: false, message: 'nests deeper than 200 levels' });
});

test('bytes that are not UTF-8 become replacement characters', () => {
  expect(frameText(new Uint8Array([0x61, 0xff]))).toBe('a\ufffd');
});
