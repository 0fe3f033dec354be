import { expect, test } from 'vitest';
import { EarlyInput } from './early-input.ts';

test('[HS9] audio and frames come out in the order in which they came in, once', () => {
  const early = new EarlyInput(100, () => {});
  early.audio(Uint8Array.of(1, 2));
  early.frame({ t: 'control', action: 'commit' });
  early.audio(Uint8Array.of(3, 4));
  expect(early.take()).toEqual([Uint8Array.of(1, 2), { t: 'control', action: 'commit' }, Uint8Array.of(3, 4)]);
  expect(early.take()).toEqual([]);
});

test('[HS9] beyond the limit the oldest audio goes, and that is said once', () => {
  let overflows = 0;
  const early = new EarlyInput(4, () => (overflows += 1));
  early.frame({ t: 'text', text: 'Hello' });
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
