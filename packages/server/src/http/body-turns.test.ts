import { expect, test } from 'vitest';
import { BodyTurns } from './body-turns.ts';

/** Turns of the event loop that pass when told to. */
function turns() {
  const done: string[] = [];
  let next: (() => void)[] = [];
  const bodies = new BodyTurns((work) => void next.push(work));
  return {
    done,
    enter: (callerId: string, name: string, bytes = 100) => bodies.enter(callerId, bytes, () => void done.push(name)),
    turn: (count = 1) => {
      for (let passed = 0; passed < count; passed += 1) {
        const due = next;
        next = [];
        for (const work of due) work();
      }
    },
  };
}

const refusal = (work: () => void): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

test('[RS23] one body is read per turn of the event loop, and callers take turns', () => {
  const { enter, turn, done } = turns();
  for (const name of ['a1', 'a2', 'a3']) enter('a', name);
  enter('b', 'b1');
  expect(done).toEqual([]);
  turn();
  expect(done).toEqual(['a1']);
  turn();
  enter('c', 'c1');
  turn(4);
  expect(done).toEqual(['a1', 'b1', 'a2', 'c1', 'a3']);
  enter('a', 'a4');
  turn();
  expect(done.at(-1)).toBe('a4');
});

test.each([
  ['100 bodies', 100, 10],
  ['8 MiB', 32, 262_144],
])('[RS23] %s of one caller wait, and one more is RATE_LIMITED; those of others are not', (_what, count, bytes) => {
  const { enter, turn, done } = turns();
  for (let index = 0; index < count; index += 1) enter('a', `a${index}`, bytes);
  expect(refusal(() => enter('a', 'more', bytes))).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
  enter('b', 'b1', bytes);
  turn();
  enter('a', 'later', bytes);
  turn(count + 1);
  expect(done).toHaveLength(count + 2);
  expect(done.at(-1)).toBe('later');
});

test('[RS23] 64 MiB wait in all, and more is OVERLOADED', () => {
  const { enter, turn } = turns();
  for (let index = 0; index < 256; index += 1) enter(`caller ${index % 16}`, 'x', 262_144);
  expect(refusal(() => enter('another', 'more', 1))).toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 1 });
  turn();
  expect(refusal(() => enter('another', 'fits', 262_144))).toBeUndefined();
});
