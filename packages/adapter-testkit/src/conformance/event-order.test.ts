import type { SessionEvent } from '@speko/adapter';
import { expect, test } from 'vitest';
import { findOrderFaults } from './event-order.ts';

const pcm = new Uint8Array(2);
const start = (responseId: string): SessionEvent => ({ type: 'response-start', responseId });
const end = (responseId: string): SessionEvent => ({ type: 'response-end', responseId, status: 'completed' });
const audio = (responseId: string, itemId: string): SessionEvent => ({ type: 'audio-delta', responseId, itemId, pcm });
const word = (turnId: string): SessionEvent => ({ type: 'transcript-delta', role: 'assistant', turnId, delta: 'x' });
const userWord = (turnId: string): SessionEvent => ({ type: 'transcript-delta', role: 'user', turnId, delta: 'x' });
const userEnd = (turnId: string): SessionEvent => ({ type: 'transcript-end', role: 'user', turnId });
const speech = (turnId: string): SessionEvent => ({ type: 'speech-start', turnId });
const speechEnd = (turnId: string): SessionEvent => ({ type: 'speech-end', turnId });
const commit = (turnId: string): SessionEvent => ({ type: 'input-commit', turnId });
const call = (callId: string, responseId?: string): SessionEvent => ({
  type: 'tool-call',
  callId,
  name: 'n',
  arguments: '{}',
  ...(responseId === undefined ? {} : { responseId }),
});

test.each<[string, SessionEvent[]]>([
  ['a plain turn', [speech('t'), speechEnd('t'), commit('t'), start('r'), word('r'), audio('r', 'i'), end('r')]],
  ['a turn with a pause', [speech('t'), speechEnd('t'), speech('t'), speechEnd('t'), commit('t')]],
  ['speech that ends after its forced commit', [speech('t'), commit('t'), speechEnd('t'), speech('u'), speechEnd('u')]],
  ['a late user transcript', [commit('t'), start('r'), end('r'), userWord('t'), userEnd('t')]],
  ['several items in a response', [start('r'), audio('r', 'i'), audio('r', 'j'), audio('r', 'i'), end('r')]],
  ['a tool call', [start('r'), call('c', 'r'), end('r'), { type: 'tool-cancel', callId: 'c' }]],
])('%s is in order', (_name, events) => {
  expect(findOrderFaults(events, { isWhole: true })).toEqual([]);
});

test.each<[string, SessionEvent[]]>([
  ['speech-start of u while t has no speech-end', [speech('t'), speech('u')]],
  ['speech-start of t after its input-commit', [commit('t'), speech('t')]],
  ['speech-end of t without its speech-start', [speechEnd('t')]],
  ['second input-commit of t', [commit('t'), commit('t')]],
  ['transcript-delta of t after its transcript-end', [userEnd('t'), userWord('t')]],
  ['second transcript-end of t', [userEnd('t'), userEnd('t')]],
  ['second response-start of r', [start('r'), end('r'), start('r'), end('r')]],
  ['audio-delta of r outside its response-start and response-end', [start('r'), end('r'), audio('r', 'i')]],
  ['transcript-delta of r outside its response-start and response-end', [word('r')]],
  ['audio-delta moves i from r to s', [start('r'), audio('r', 'i'), end('r'), start('s'), audio('s', 'i'), end('s')]],
  ['response-end of r, which is not open', [end('r')]],
  ['r has no response-end', [start('r')]],
  ['second tool-call c', [call('c'), call('c')]],
  ['tool-call of r outside its response-start and response-end', [call('c', 'r')]],
  ['tool-cancel of c, which was never called', [{ type: 'tool-cancel', callId: 'c' }]],
])('%s', (fault, events) => {
  expect(findOrderFaults(events, { isWhole: true })).toEqual([fault]);
});

test('a session that has not ended may have open responses', () => {
  expect(findOrderFaults([start('r')], { isWhole: false })).toEqual([]);
});
