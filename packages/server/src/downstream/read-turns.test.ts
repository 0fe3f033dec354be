import { expect, test } from 'vitest';
import { ReadTurns } from './read-turns.ts';

/** Clients of whom each message takes a millisecond. */
function startTurns(counts: Readonly<Record<string, number>>) {
  let nowMs = 0;
  const timers: (() => void)[] = [];
  const turns = new ReadTurns({
    nowMs: () => nowMs,
    epochMs: () => nowMs,
    setTimer(callback) {
      timers.push(callback);
      return { cancel: () => {} };
    },
  });
  const taken: string[] = [];
  for (const [name, count] of Object.entries(counts)) {
    let left = count;
    turns.join(() => {
      taken.push(name);
      nowMs += 1;
      left -= 1;
      return left > 0;
    });
  }
  /** Whether there was a turn. */
  const passTurn = (): boolean => {
    const callback = timers.shift();
    callback?.();
    return callback !== undefined;
  };
  return { taken, passTurn };
}

test('[CF11] hasty clients have one message taken after the other’s', () => {
  const { taken, passTurn } = startTurns({ a: 3, b: 1, c: 2 });
  expect(taken).toEqual([]);
  while (passTurn());
  expect(taken.join('')).toBe('abcaca');
});

test('[CF11] for 5 ms at a time, then everybody else has their turn', () => {
  const { taken, passTurn } = startTurns({ a: 1000, b: 1000 });
  passTurn();
  expect(taken).toHaveLength(5);
  passTurn();
  expect(taken).toHaveLength(10);
});
