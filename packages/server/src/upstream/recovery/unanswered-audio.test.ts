import { expect, test } from 'vitest';
import { UnansweredAudio } from './unanswered-audio.ts';

/** 4 ms at 1 byte per millisecond. */
const chunk = (value: number): Uint8Array => new Uint8Array(4).fill(value);
const startTape = (keepsAll = false) => new UnansweredAudio({ bytesPerMs: 1, leadInMs: 8, maxMs: 40, keepsAll });
/** The first byte of every chunk that is kept. */
function kept(tape: UnansweredAudio, from?: number, to?: number): number[] {
  const bytes = [...tape.pieces(from, to)].flatMap((piece) => [...piece]);
  return bytes.filter((_value, index) => index % 4 === 0);
}

test('[EN5] keeps a short lead-in while nobody speaks', () => {
  const tape = startTape();
  for (let value = 1; value <= 5; value++) tape.record(chunk(value));
  expect(kept(tape)).toEqual([4, 5]);
});

test('[EN5] keeps a turn from its lead-in on, up to the bound, and says when its beginning is gone', () => {
  const tape = startTape();
  for (let value = 1; value <= 5; value++) tape.record(chunk(value));
  expect(tape.speechStarted()).toBe(12);
  for (let value = 6; value <= 13; value++) tape.record(chunk(value));
  expect(kept(tape)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect(tape.hasLost).toBe(false);
  tape.record(chunk(14));
  expect(kept(tape)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  expect(tape.hasLost).toBe(true);
});

test('[EN5] forgets what was answered, and keeps what came after it', () => {
  const tape = startTape(true);
  tape.record(chunk(1));
  const committedAt = tape.end;
  tape.record(chunk(2));
  expect(kept(tape, 0, committedAt)).toEqual([1]);
  expect(kept(tape, committedAt)).toEqual([2]);
  tape.forgetBefore(committedAt);
  expect(kept(tape)).toEqual([2]);
  tape.forgetBefore(tape.end);
  expect(tape.isEmpty).toBe(true);
});

test('[EN5] goes back to a lead-in when no turn is open', () => {
  const tape = startTape();
  tape.speechStarted();
  for (let value = 1; value <= 12; value++) tape.record(chunk(value));
  tape.rest();
  expect(kept(tape)).toEqual([11, 12]);
  expect(tape.hasLost).toBe(false);
  tape.record(chunk(13));
  expect(kept(tape)).toEqual([12, 13]);
});

test('keeps the end of a chunk that is longer than all it may hold', () => {
  const tape = startTape();
  tape.record(Uint8Array.from({ length: 20 }, (_, index) => index));
  expect([...tape.pieces()].flatMap((piece) => [...piece])).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
});

test('holds nothing of a buffer that is used again', () => {
  const tape = startTape();
  const buffer = chunk(1);
  tape.record(buffer);
  buffer.fill(9);
  expect(kept(tape)).toEqual([1]);
});

test('[EN5] gives back what went in, however it is cut, grown and forgotten', () => {
  const tape = new UnansweredAudio({ bytesPerMs: 1, leadInMs: 50, maxMs: 5000, keepsAll: true });
  const written: number[] = [];
  let forgotten = 0;
  for (let round = 0; round < 200; round++) {
    const piece = Uint8Array.from({ length: 2 * ((round * 7) % 23) }, (_, index) => (round + index) % 251);
    tape.record(piece);
    written.push(...piece);
    if (round % 13 === 12) tape.forgetBefore((forgotten = tape.end - 60));
    expect([...tape.pieces()].flatMap((each) => [...each])).toEqual(written.slice(forgotten));
  }
});
