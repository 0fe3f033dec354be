import { expect, test } from 'vitest';
import { ToolRounds } from './tool-rounds.ts';

test('[OAI31] a result that is faster than the second call does not end the round', () => {
  const rounds = new ToolRounds();
  rounds.called('r1', 'call_1');
  expect(rounds.answered('call_1')).toBeUndefined();
  rounds.called('r1', 'call_2');
  expect(rounds.responseOver('r1')).toBeUndefined();
  expect(rounds.answered('call_2')).toEqual(['call_1', 'call_2']);
});

test('[OAI31] rounds of two responses do not mix', () => {
  const rounds = new ToolRounds();
  rounds.called('r1', 'call_1');
  rounds.responseOver('r1');
  rounds.called('r2', 'call_2');
  rounds.responseOver('r2');
  expect(rounds.answered('call_2')).toEqual(['call_2']);
  expect(rounds.answered('call_1')).toEqual(['call_1']);
});

test('[OAI31] a response without calls has no round, and a call nobody knows is one of its own', () => {
  const rounds = new ToolRounds();
  expect(rounds.responseOver('r1')).toBeUndefined();
  expect(rounds.answered('call_9')).toEqual(['call_9']);
});
