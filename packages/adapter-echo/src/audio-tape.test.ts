import { expect, test } from 'vitest';
import { AudioTape } from './audio-tape.ts';

/** Samples that count up from `first`. */
function ramp(first: number, count: number): Uint8Array {
  return new Uint8Array(Int16Array.from({ length: count }, (_, index) => first + index).buffer);
}

test('[ECH6] ranges are addressed by their position in the whole stream', () => {
  const tape = new AudioTape({ maxSamples: 100 });
  tape.append(ramp(0, 10));
  tape.append(ramp(10, 10));
  expect(tape.read(8, 12)).toEqual(ramp(8, 4));
  expect([tape.startSample, tape.endSample]).toEqual([0, 20]);
});

test('[ECH6] a range that was read stays as it was', () => {
  const tape = new AudioTape({ maxSamples: 100 });
  const piece = ramp(0, 4);
  tape.append(piece);
  const read = tape.read(0, 4);
  piece.fill(9);
  tape.append(ramp(4, 96));
  tape.append(ramp(100, 96));
  expect(read).toEqual(ramp(0, 4));
});

test('[ECH19] the oldest samples are forgotten beyond the limit, also within one piece', () => {
  const tape = new AudioTape({ maxSamples: 10 });
  tape.append(ramp(0, 8));
  tape.append(ramp(8, 8));
  expect([tape.startSample, tape.endSample]).toEqual([6, 16]);
  expect(tape.read(0, 100)).toEqual(ramp(6, 10));
  tape.append(ramp(16, 25));
  expect(tape.read(0, 100)).toEqual(ramp(31, 10));
});

test('[ECH19] what is dropped is gone, and reading it gives nothing', () => {
  const tape = new AudioTape({ maxSamples: 100 });
  tape.append(ramp(0, 50));
  tape.dropBefore(30);
  expect(tape.startSample).toBe(30);
  expect(tape.read(0, 31)).toEqual(ramp(30, 1));
  tape.dropBefore(10);
  expect(tape.startSample).toBe(30);
  tape.dropBefore(1000);
  expect([tape.startSample, tape.endSample]).toEqual([50, 50]);
  expect(tape.read(0, 50)).toHaveLength(0);
});

test('[ECH19] any mix of long and short pieces is kept in order', () => {
  const tape = new AudioTape({ maxSamples: 60_000 });
  let position = 0;
  for (const size of [1, 20_000, 7, 30_000, 25_000, 480, 59_999]) {
    tape.append(ramp(position % 1000, size));
    position += size;
    expect(tape.read(position - 1, position)).toEqual(ramp((position - size) % 1000, size).slice(-2));
    expect(tape.endSample).toBe(position);
  }
  expect(tape.endSample - tape.startSample).toBe(60_000);
});
