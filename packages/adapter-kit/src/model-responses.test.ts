import { expect, test } from 'vitest';
import { ModelResponses } from './model-responses.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

test('[AD15] a response has one start and one end, and what belongs to it falls between', () => {
  const responses = new ModelResponses();
  expect(responses.start('r1')).toEqual([{ type: 'response-start', responseId: 'r1' }]);
  expect(responses.start('r1')).toEqual([]);
  expect(responses.words('r1', 'i1', 'Hello')).toEqual([
    { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'Hello' },
  ]);
  expect(responses.words('r1', 'i1', '')).toEqual([]);
  expect(responses.audio('r1', 'i1', bytes(1, 2))).toEqual([
    { type: 'audio-delta', responseId: 'r1', itemId: 'i1', pcm: bytes(1, 2) },
  ]);
  expect(responses.openId).toBe('r1');
  expect(responses.end('r1', 'completed')).toEqual([{ type: 'response-end', responseId: 'r1', status: 'completed' }]);
  expect(responses.end('r1', 'completed')).toEqual([]);
  expect(responses.openId).toBeUndefined();
});

test('[AD15] a response that was never announced begins with its first piece, and ends the one before it', () => {
  const responses = new ModelResponses();
  expect(responses.audio('r1', 'i1', bytes(1, 2)).map(({ type }) => type)).toEqual(['response-start', 'audio-delta']);
  expect(responses.words('r2', 'i2', 'Hi').slice(0, 2)).toEqual([
    { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'superseded' },
    { type: 'response-start', responseId: 'r2' },
  ]);
});

test('[AD21] nothing is heard of a response that is over, whatever still arrives', () => {
  const responses = new ModelResponses();
  responses.start('r1');
  responses.end('r1', 'cancelled', { reason: 'client_cancelled' });
  expect([
    ...responses.audio('r1', 'i1', bytes(1, 2)),
    ...responses.words('r1', 'i1', 'late'),
    ...responses.start('r1'),
    ...responses.call({ callId: 'c1', name: 'lookup', arguments: '{}' }).events,
    ...responses.end(undefined, 'completed'),
  ]).toEqual([]);
});

test('[AD21] a response that is cancelled before it was announced never begins', () => {
  const responses = new ModelResponses();
  expect(responses.end('r1', 'cancelled')).toEqual([]);
  expect(responses.start('r1')).toEqual([]);
});

test('[AD17] half a sample waits for the next piece of its item, and is dropped with the item', () => {
  const responses = new ModelResponses();
  responses.start('r1');
  expect(responses.audio('r1', 'i1', bytes(1))).toEqual([]);
  expect(responses.audio('r1', 'i1', bytes(2, 3))).toMatchObject([{ pcm: bytes(1, 2) }]);
  expect(responses.audio('r1', 'i2', bytes(4, 5))).toMatchObject([{ itemId: 'i2', pcm: bytes(4, 5) }]);
});

test('[AD22] a call belongs to the open response and comes once', () => {
  const responses = new ModelResponses();
  const call = { callId: 'c1', name: 'lookup', arguments: '{}' };
  expect(responses.call(call).events).toEqual([]);
  responses.start('r1');
  expect(responses.call(call).events).toEqual([{ type: 'tool-call', ...call, responseId: 'r1' }]);
  expect(responses.call(call).events).toEqual([]);
});

test('[AD28] an id that is used again is another call, answered by the vendor’s id; one that is no use has an error', () => {
  const responses = new ModelResponses();
  responses.start('r1');
  const call = { callId: 'c1', name: 'lookup', arguments: { n: 1 } };
  responses.call(call);
  expect(responses.answered('c1')).toBe('c1');
  expect(responses.call(call).events).toMatchObject([{ callId: 'c1~2', arguments: '{"n":1}' }]);
  expect(responses.answered('c1~2')).toBe('c1');
  expect(responses.answered('never-made')).toBe('never-made');
  expect(responses.call({ ...call, arguments: '[1]' })).toMatchObject({
    events: [{ type: 'provider-error', code: 'UNUSABLE_TOOL_CALL' }],
    result: { callId: 'c1', output: '{"error":"The arguments must be a JSON object."}' },
  });
});

test('[AD30] damaged audio is told and not played', () => {
  const responses = new ModelResponses();
  responses.start('r1');
  expect(responses.audio('r1', 'i1', undefined)).toMatchObject([{ type: 'provider-error', fatal: false }]);
});
