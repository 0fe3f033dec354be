import { expect, test } from 'vitest';
import { createHeardTurns } from './heard-turns.ts';

test('a turn is heard from the first sound to the silence, not from when its audio came', () => {
  const heard = createHeardTurns();
  heard.queue('a1');
  heard.queue('a1');
  expect(heard.list()).toEqual([]);
  heard.setAudible(true, 100);
  expect(heard.list()).toEqual([
    { turn: 'a1', startMs: 100, endMs: undefined, playedMs: undefined, interrupted: false },
  ]);
  heard.setAudible(false, 900);
  expect(heard.list()).toEqual([{ turn: 'a1', startMs: 100, endMs: 900, playedMs: undefined, interrupted: false }]);
});

test('what the speaker says it played is taken over, also after the silence', () => {
  const heard = createHeardTurns();
  heard.queue('a1');
  heard.setAudible(true, 100);
  heard.setAudible(false, 900);
  heard.settle('a1', 795, 905);
  expect(heard.list()).toEqual([{ turn: 'a1', startMs: 100, endMs: 900, playedMs: 795, interrupted: false }]);
});

test('the next turn in the queue begins where the one before is over', () => {
  const heard = createHeardTurns();
  heard.queue('a1');
  heard.queue('a2');
  heard.setAudible(true, 0);
  heard.settle('a1', 500, 500);
  heard.setAudible(false, 800);
  expect(heard.list().map(({ turn, startMs, endMs }) => [turn, startMs, endMs])).toEqual([
    ['a1', 0, 500],
    ['a2', 500, 800],
  ]);
});

test('a cut marks the turn, drops what waits, and late audio of either does not come back', () => {
  const heard = createHeardTurns();
  heard.queue('a1');
  heard.queue('a2');
  heard.setAudible(true, 0);
  heard.cut(300, { turn: 'a1' });
  heard.settle('a1', 298, 310);
  heard.queue('a1');
  heard.queue('a2');
  heard.setAudible(false, 320);
  heard.setAudible(true, 400);
  expect(heard.list()).toEqual([{ turn: 'a1', startMs: 0, endMs: 300, playedMs: 298, interrupted: true }]);
});

test('a cut that is known of only after the silence marks the turn all the same', () => {
  const heard = createHeardTurns();
  heard.queue('a1');
  heard.setAudible(true, 0);
  heard.setAudible(false, 250);
  heard.cut(255, { playedMs: 248 });
  expect(heard.list()).toEqual([{ turn: 'a1', startMs: 0, endMs: 250, playedMs: 248, interrupted: true }]);
});

test('a cut of nothing leaves the turns before as they were', () => {
  const heard = createHeardTurns();
  heard.queue('a1');
  heard.setAudible(true, 0);
  heard.settle('a1', 500, 500);
  heard.setAudible(false, 500);
  heard.cut(900, {});
  expect(heard.list()).toEqual([{ turn: 'a1', startMs: 0, endMs: 500, playedMs: 500, interrupted: false }]);
});

test('what waits when the connection is gone is never heard', () => {
  const heard = createHeardTurns();
  heard.queue('a1');
  heard.drop();
  heard.setAudible(true, 10);
  expect(heard.list()).toEqual([]);
});
