import type { SessionEvent } from '@speko/adapter';
import { expect, test } from 'vitest';
import { TurnsAcrossConnections, type UserTurnEvent } from './turns-across-connections.ts';

const start = (turnId: string): UserTurnEvent => ({ type: 'speech-start', turnId });
const end = (turnId: string): UserTurnEvent => ({ type: 'speech-end', turnId });
const words = (turnId: string, delta: string): UserTurnEvent => ({
  type: 'transcript-delta',
  role: 'user',
  turnId,
  delta,
});
const final = (turnId: string, text: string): UserTurnEvent => ({
  type: 'transcript-end',
  role: 'user',
  turnId,
  text,
});
const replaced = (turnId: string, text: string): UserTurnEvent => ({
  type: 'transcript-replace',
  role: 'user',
  turnId,
  text,
});

function startSeam() {
  const seam = new TurnsAcrossConnections();
  const pass = (...events: UserTurnEvent[]): SessionEvent[] => events.flatMap((event) => seam.pass(event, false) ?? []);
  return { seam, pass };
}

test('[TR6] a connection that stays changes nothing', () => {
  const { seam, pass } = startSeam();
  const events = [start('t1'), words('t1', 'Is the'), end('t1'), start('t1'), end('t1'), final('t1', 'Is the ferry?')];
  expect(pass(...events)).toEqual(events);
  expect(seam.answered()).toEqual([]);
});

test('[EN5] [TR6] a sentence that is said again is the same turn, with the words of the second time, and one final', () => {
  const { seam, pass } = startSeam();
  pass(start('t1'), words('t1', 'Is the'));
  expect(seam.leave([end('t1'), final('t1', 'Is the')], true)).toEqual([]);
  expect(seam.hasUnanswered).toBe(true);
  expect(pass(start('c2:t1'), words('c2:t1', 'Is the'), words('c2:t1', ' ferry late?'), end('c2:t1'))).toEqual([
    replaced('t1', 'Is the'),
    replaced('t1', 'Is the ferry late?'),
    end('t1'),
  ]);
  expect(pass(final('c2:t1', 'Is the ferry late?'), final('c2:t1', 'Again.'))).toEqual([
    final('t1', 'Is the ferry late?'),
  ]);
  expect(seam.answered()).toEqual([]);
  expect(seam.hasUnanswered).toBe(false);
});

test('[EN5] [TR6] a turn that was final before its answer is not final a second time', () => {
  const { seam, pass } = startSeam();
  pass(start('t1'), end('t1'), final('t1', 'Hello.'));
  seam.leave([], true);
  expect(seam.wordsSaidAgain).toEqual(['Hello.']);
  expect(pass(start('c2:t1'), words('c2:t1', 'Hello'), end('c2:t1'), final('c2:t1', 'Hello.'))).toEqual([]);
});

test('[EN5] [TR6] a turn with an answer gets the final text that its connection still held', () => {
  const { seam, pass } = startSeam();
  pass(start('t1'), words('t1', 'Hel'), end('t1'));
  seam.answered();
  expect(seam.leave([final('t1', 'Hello.')], true)).toEqual([final('t1', 'Hello.')]);
  expect(pass(start('c2:t1'))).toEqual([start('c2:t1')]);
});

test('[EN5] [TR6] without anything to say again a turn ends with what was heard', () => {
  const { seam, pass } = startSeam();
  pass(start('t1'), words('t1', 'Hel'));
  expect(seam.leave([], false)).toEqual([end('t1'), final('t1', 'Hel')]);
  expect(seam.hasUnanswered).toBe(false);
});

test('[EN5] [TR6] two turns that are heard as one leave no words twice', () => {
  const { seam, pass } = startSeam();
  pass(start('t1'), words('t1', 'Is'), end('t1'), start('t2'), words('t2', 'the'), end('t2'));
  seam.leave([], true);
  pass(start('c2:t1'), words('c2:t1', 'Is the'), end('c2:t1'));
  expect(seam.answered()).toEqual([final('t2', '')]);
});

test('[EN5] [TR6] a turn whose second time nobody transcribes keeps the words of the first', () => {
  const { seam, pass } = startSeam();
  pass(start('t1'), words('t1', 'Hello'), end('t1'));
  seam.leave([], true);
  expect(seam.answered()).toEqual([final('t1', 'Hello')]);
});

test('[EN5] a turn outlives attempts that heard nothing of it', () => {
  const { seam, pass } = startSeam();
  pass(start('t1'));
  seam.leave([], true);
  seam.leave([], true);
  expect(pass(start('c3:t1'), words('c3:t1', 'Hello'))).toEqual([replaced('t1', 'Hello')]);
});

test('[EN5] speech that goes on is not answered by what answers something else', () => {
  const { seam, pass } = startSeam();
  pass(start('t1'), end('t1'), start('t2'));
  seam.answered();
  expect(seam.hasUnanswered).toBe(true);
  expect(seam.isSpeaking).toBe(true);
});

test('[TR6] late words of an answered turn are no new turn that waits for an answer', () => {
  const { seam } = startSeam();
  expect(seam.pass(words('t9', 'Hello'), true)).toEqual(words('t9', 'Hello'));
  expect(seam.hasUnanswered).toBe(false);
});

test('[EN12] turns beyond 256 are forgotten, those that are over first', () => {
  const { seam, pass } = startSeam();
  pass(start('open'));
  for (let count = 0; count < 1000; count++) {
    pass(start(`t${count}`), end(`t${count}`), final(`t${count}`, 'x'));
    seam.answered();
  }
  expect(seam.isSpeaking).toBe(true);
  expect(pass(end('open'))).toEqual([end('open')]);
  for (let count = 0; count < 1000; count++) pass(words(`w${count}`, 'x'));
  expect(seam.leave([], false)).toHaveLength(256);
});

test('[EN12] words of a turn beyond 256 KiB are not kept', () => {
  const { seam, pass } = startSeam();
  pass(words('t1', 'x'.repeat(200_000)), words('t1', 'y'.repeat(200_000)), words('t1', 'z'));
  const [last] = seam.leave([], false);
  expect(last).toMatchObject({ type: 'transcript-end', turnId: 't1' });
  expect(last !== undefined && 'text' in last ? last.text : '').toHaveLength(262_144);
});
