import type { ClientFrame } from '@speko/protocol';
import { expect, test } from 'vitest';
import { FakeClock } from '../test/fake-clock.ts';
import { InputGate } from './input-gate.ts';

const commit: ClientFrame = { t: 'control', action: 'commit' };

function createGate(maxAudioBytes = 100) {
  const clock = new FakeClock();
  const out: (number[] | ClientFrame)[] = [];
  const seen = { out, overflows: 0, faults: [] as unknown[], onMessage: (_message: ClientFrame): void => {} };
  const gate = new InputGate<ClientFrame>({
    clock,
    maxAudioBytes,
    onAudio: (pcm) => out.push([...pcm]),
    onMessage: (message) => {
      out.push(message);
      seen.onMessage(message);
    },
    onOverflow: () => (seen.overflows += 1),
    onFault: (error) => seen.faults.push(error),
  });
  return { gate, clock, seen, out };
}

test('[HS9] audio and frames come out in the order in which they came in, chunks in a row as one', () => {
  const { gate, out } = createGate();
  gate.audio(Uint8Array.of(1, 2));
  gate.audio(Uint8Array.of(3, 4));
  gate.message(commit, 33);
  gate.audio(Uint8Array.of(5, 6));
  expect(out).toEqual([]);
  expect(gate.messages).toEqual([commit]);
  gate.open();
  expect(out).toEqual([[1, 2, 3, 4], commit, [5, 6]]);
  expect(gate.isEmpty).toBe(true);
});

test('[HS9] what comes through an open gate is not copied', () => {
  const received: Uint8Array[] = [];
  const gate = new InputGate<ClientFrame>({
    clock: new FakeClock(),
    maxAudioBytes: 100,
    onAudio: (pcm) => received.push(pcm),
    onMessage: () => {},
    onOverflow: () => {},
    onFault: () => {},
  });
  gate.open();
  const chunk = Uint8Array.of(1, 2);
  gate.audio(chunk);
  expect(received[0]).toBe(chunk);
});

test('[HS9] beyond the limit the oldest audio goes, sample by sample, and that is said once', () => {
  const { gate, seen, out } = createGate(4);
  for (const value of [1, 2]) gate.audio(Uint8Array.of(value, value));
  gate.message({ t: 'text', text: 'Hello' }, 27);
  for (const value of [3, 4, 5]) gate.audio(Uint8Array.of(value, value));
  expect(seen.overflows).toBe(1);
  gate.open();
  expect(out).toEqual([{ t: 'text', text: 'Hello' }, [4, 4, 5, 5]]);
  gate.shut();
  gate.audio(Uint8Array.of(6, 6, 7, 7, 8, 8));
  expect(seen.overflows).toBe(2);
});

test('[HS9] kept audio does not change when the read buffer is used again', () => {
  const { gate, out } = createGate();
  const shared = Uint8Array.of(1, 2);
  gate.audio(shared);
  shared.fill(9);
  gate.open();
  expect(out).toEqual([[1, 2]]);
});

test('[HS9] frames are kept up to a thousand, and up to 4 MiB', () => {
  const many = createGate();
  const kept = Array.from({ length: 1001 }, () => many.gate.message(commit, 33));
  expect(kept.filter(Boolean)).toHaveLength(1000);
  const large = createGate();
  expect(large.gate.message({ t: 'text', text: 'x' }, 4_100_000)).toBe(true);
  expect(large.gate.message({ t: 'text', text: 'x' }, 100_000)).toBe(false);
  large.gate.open();
  expect(large.gate.message({ t: 'text', text: 'x' }, 100_000)).toBe(true);
});

test('[HS9] 300,000 chunks of one sample cost a few blocks, and go out a few at a time', () => {
  const { gate, clock, out } = createGate(480_000);
  for (let sample = 0; sample < 300_000; sample++) gate.audio(Uint8Array.of(1, 2));
  gate.open();
  // A slice ends with the block that reaches 64 KiB.
  expect(out).toHaveLength(14);
  clock.advance(0);
  expect(out).toHaveLength(100);
  expect(out.flat()).toHaveLength(480_000);
  expect(clock.pending).toBe(0);
});

test('[HS9] a thousand frames go out 32 at a time, and what comes meanwhile queues behind them', () => {
  const { gate, clock, out } = createGate();
  for (let count = 0; count < 40; count++) gate.message(commit, 33);
  gate.open();
  expect(out).toHaveLength(32);
  gate.audio(Uint8Array.of(1, 2));
  expect(out).toHaveLength(32);
  clock.advance(0);
  expect(out).toHaveLength(41);
  expect(out.at(-1)).toEqual([1, 2]);
  gate.audio(Uint8Array.of(3, 4));
  expect(out.at(-1)).toEqual([3, 4]);
});

test('[EN5] a gate that shuts in the middle of a slice sends no more of it, and goes on where it was', () => {
  const { gate, clock, seen, out } = createGate();
  gate.message(commit, 33);
  gate.audio(Uint8Array.of(1, 2));
  seen.onMessage = () => gate.shut();
  gate.open();
  clock.advance(1000);
  expect(out).toEqual([commit]);
  gate.audio(Uint8Array.of(3, 4));
  gate.open();
  expect(out).toEqual([commit, [1, 2, 3, 4]]);
});

test('[EN5] a gate that shuts between two slices waits', () => {
  const { gate, clock, out } = createGate();
  for (let count = 0; count < 40; count++) gate.message(commit, 33);
  gate.open();
  gate.shut();
  clock.advance(1000);
  expect(out).toHaveLength(32);
  gate.open();
  expect(out).toHaveLength(40);
});

test('what throws while held input is sent on is reported, and closes the gate', () => {
  const { gate, clock, seen, out } = createGate();
  for (let count = 0; count < 40; count++) gate.message(commit, 33);
  gate.open();
  seen.onMessage = () => {
    throw new Error('broken');
  };
  clock.advance(0);
  expect(seen.faults).toEqual([new Error('broken')]);
  gate.audio(Uint8Array.of(1, 2));
  clock.advance(1000);
  expect(out).toHaveLength(33);
});

test('a gate that is closed leaves no timer behind', () => {
  const { gate, clock } = createGate();
  for (let count = 0; count < 40; count++) gate.message(commit, 33);
  gate.open();
  gate.close();
  expect(clock.pending).toBe(0);
  expect(gate.isEmpty).toBe(true);
});

test('[HS9] what comes while the rest is sent on is not dropped for it, however much it is', () => {
  const { gate, clock, seen, out } = createGate(400_000);
  gate.audio(new Uint8Array(400_000));
  gate.open();
  for (let second = 0; second < 30; second++) gate.audio(new Uint8Array(48_000));
  while (clock.pending > 0) clock.advance(0);
  expect(out.flat()).toHaveLength(400_000 + 30 * 48_000);
  expect(seen.overflows).toBe(0);
});
