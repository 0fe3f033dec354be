import { expect, test } from 'vitest';
import { UserTurns } from './user-turns.ts';

test('[AD15] a turn is spoken, committed and transcribed, in this order and under one id', () => {
  const turns = new UserTurns();
  expect([
    ...turns.speechStart(120),
    ...turns.speechStart(130),
    ...turns.speechEnd(900),
    ...turns.speechEnd(910),
    ...turns.commit(),
    ...turns.transcript('Good morning.'),
    ...turns.transcript('Good morning again.'),
  ]).toEqual([
    { type: 'speech-start', turnId: 'turn-1', audioStartMs: 120 },
    { type: 'speech-end', turnId: 'turn-1', audioEndMs: 900 },
    { type: 'input-commit', turnId: 'turn-1' },
    { type: 'transcript-end', role: 'user', turnId: 'turn-1', text: 'Good morning.' },
  ]);
});

test('[AD15] a commit ends speech that has no end, and begins a turn that has no beginning', () => {
  const turns = new UserTurns();
  turns.speechStart();
  expect(turns.commit()).toEqual([
    { type: 'speech-end', turnId: 'turn-1' },
    { type: 'input-commit', turnId: 'turn-1' },
  ]);
  expect(turns.commit()).toEqual([{ type: 'input-commit', turnId: 'turn-2' }]);
});

test('[AD15] a pause does not end a turn', () => {
  const turns = new UserTurns();
  turns.speechStart();
  turns.speechEnd();
  expect(turns.speechStart()).toEqual([{ type: 'speech-start', turnId: 'turn-1' }]);
});

test('[AD15] a transcript that comes before the commit belongs to the turn under way', () => {
  const turns = new UserTurns();
  turns.speechStart();
  expect(turns.transcript('Hello.')).toMatchObject([{ turnId: 'turn-1' }]);
  turns.commit();
  expect(turns.transcript('Once more.')).toEqual([]);
});

test('[AD15] what is dropped ends its speech, and the next turn is another', () => {
  const turns = new UserTurns();
  turns.speechStart();
  expect(turns.drop()).toEqual([{ type: 'speech-end', turnId: 'turn-1' }]);
  expect(turns.drop()).toEqual([]);
  expect(turns.speechStart()).toEqual([{ type: 'speech-start', turnId: 'turn-2' }]);
});

test('[AD15] a transcript that comes before the commit belongs to the turn under way, also later in a call', () => {
  const turns = new UserTurns();
  turns.commit();
  turns.transcript('One.');
  turns.speechStart();
  expect(turns.transcript('Two.')).toEqual([{ type: 'transcript-end', role: 'user', turnId: 'turn-2', text: 'Two.' }]);
});

test('[AD15] a guess replaces the text of the turn under way, or else of the last one, until that is transcribed', () => {
  const turns = new UserTurns();
  turns.speechStart();
  expect(turns.guess('Good')).toEqual([{ type: 'transcript-replace', role: 'user', turnId: 'turn-1', text: 'Good' }]);
  turns.commit();
  expect(turns.guess('Good more')).toMatchObject([{ turnId: 'turn-1', text: 'Good more' }]);
  turns.transcript('Good morning.');
  expect(turns.guess('Good')).toEqual([]);
  turns.speechStart();
  expect(turns.guess('And')).toMatchObject([{ turnId: 'turn-2' }]);
});
