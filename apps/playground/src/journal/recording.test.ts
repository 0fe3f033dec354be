import { expect, test } from 'vitest';
import type { HeardTurn } from './heard-turns.ts';
import { createRecording } from './recording.ts';

/** `ms` of one value. */
function pcm(ms: number, value: number): Uint8Array {
  return new Uint8Array(new Int16Array(24 * ms).fill(value).buffer);
}

function heard(fields: Partial<HeardTurn>): HeardTurn {
  return { turn: 'a1', startMs: 0, endMs: undefined, playedMs: undefined, interrupted: false, ...fields };
}

/** Both channels as `[value, milliseconds]` stretches. */
function read(file: Uint8Array<ArrayBuffer>): { left: number[][]; right: number[][] } {
  const samples = new Int16Array(file.buffer, 44);
  const stretches = (channel: number) => {
    const found: number[][] = [];
    for (let at = channel; at < samples.length; at += 2) {
      const last = found.at(-1);
      if (last && last[0] === samples[at]) last[1] = (last[1] ?? 0) + 1 / 24;
      else found.push([samples[at] ?? 0, 1 / 24]);
    }
    return found.map(([value, ms]) => [value ?? 0, Math.round((ms ?? 0) * 100) / 100]);
  };
  return { left: stretches(0), right: stretches(1) };
}

test('the user is at the left, where it was said, the assistant at the right, where it was heard', () => {
  const recording = createRecording();
  recording.addUser(20, pcm(20, 5));
  recording.addUser(40, pcm(20, 6));
  recording.addAssistant('a1', pcm(30, 9));
  const file = recording.toWav([heard({ startMs: 50, endMs: 80, playedMs: 30 })]);
  expect(read(file)).toEqual({
    left: [
      [5, 20],
      [6, 20],
      [0, 40],
    ],
    right: [
      [0, 50],
      [9, 30],
    ],
  });
});

test('of a turn that was cut only what was heard is in it', () => {
  const recording = createRecording();
  recording.addAssistant('a1', pcm(30, 7));
  recording.addAssistant('a1', pcm(30, 8));
  const file = recording.toWav([heard({ startMs: 0, endMs: 45, playedMs: 40, interrupted: true })]);
  expect(read(file).right).toEqual([
    [7, 30],
    [8, 10],
  ]);
});

test('where the speaker has not told how much it played, the time between start and end counts', () => {
  const recording = createRecording();
  recording.addAssistant('a1', pcm(30, 7));
  expect(read(recording.toWav([heard({ startMs: 10, endMs: 30 })])).right).toEqual([
    [0, 10],
    [7, 20],
  ]);
});

test('a turn that was never heard is not in it', () => {
  const recording = createRecording();
  recording.addAssistant('a1', pcm(30, 7));
  expect(recording.toWav([])).toHaveLength(44);
});

test('chunks that come late or early by a little follow each other without a gap', () => {
  const recording = createRecording();
  recording.addUser(20, pcm(20, 5));
  recording.addUser(120, pcm(20, 5));
  recording.addUser(121, pcm(20, 5));
  expect(read(recording.toWav([])).left).toEqual([[5, 60]]);
});

test('a closed microphone leaves a gap', () => {
  const recording = createRecording();
  recording.addUser(20, pcm(20, 5));
  recording.addUser(300, pcm(20, 6));
  expect(read(recording.toWav([])).left).toEqual([
    [5, 20],
    [0, 260],
    [6, 20],
  ]);
});

test('what comes beyond the limit is left out, and said to be', () => {
  const recording = createRecording(40);
  recording.addUser(20, pcm(20, 5));
  recording.addUser(40, pcm(20, 5));
  expect(recording.full()).toBe(false);
  recording.addUser(60, pcm(20, 5));
  expect(recording.full()).toBe(true);
  expect(read(recording.toWav([])).left).toEqual([[5, 40]]);
});
