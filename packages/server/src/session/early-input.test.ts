import { expect, test } from 'vitest';
import { EarlyInput } from './early-input.ts';

test('[HS9] audio and frames come out in the order in which they came in, once', () => {
  const early = new EarlyInput(100, () => {});
  early.audio(Uint8Array.of(1, 2));
  early.frame({ t: 'control', action: 'commit' }, 33);
  early.audio(Uint8Array.of(3, 4));
  expect(early.take()).toEqual([Uint8Array.of(1, 2), { t: 'control', action: 'commit' }, Uint8Array.of(3, 4)]);
  expect(early.take()).toEqual([]);
});

test('[HS9] beyond the limit the oldest audio goes, and that is said once', () => {
  let overflows = 0;
  const early = new EarlyInput(4, () => (overflows += 1));
  early.frame({ t: 'text', text: 'Hello' }, 27);
  for (const value of [1, 2, 3, 4]) early.audio(Uint8Array.of(value, value));
  expect(early.take()).toEqual([{ t: 'text', text: 'Hello' }, Uint8Array.of(3, 3), Uint8Array.of(4, 4)]);
  expect(overflows).toBe(1);
});

test('[HS9] kept audio does not change when the read buffer is used again', () => {
  const early = new EarlyInput(100, () => {});
  const shared = Uint8Array.of(1, 2);
  early.audio(shared);
  shared.fill(9);
  expect(early.take()).toEqual([Uint8Array.of(1, 2)]);
});

test('[HS9] frames are kept up to a thousand, and up to a mebibyte', () => {
  const many = new EarlyInput(100, () => {});
  const kept = Array.from({ length: 1001 }, () => many.frame({ t: 'control', action: 'clear' }, 33));
  expect(kept.filter(Boolean)).toHaveLength(1000);
  const large = new EarlyInput(100, () => {});
  expect(large.frame({ t: 'text', text: 'x' }, 1_000_000)).toBe(true);
  expect(large.frame({ t: 'text', text: 'x' }, 100_000)).toBe(false);
});
