import type { SessionEvent } from '@speko/adapter';
import { expect, test } from 'vitest';
import { findShapeFault } from './event-shape.ts';

const usage = { inputAudioTokens: 1, outputAudioTokens: 0, inputTextTokens: 0, outputTextTokens: 0, cachedTokens: 0 };

test.each<SessionEvent>([
  { type: 'session-ready', ignored: [], expiresAtMs: 1 },
  { type: 'speech-start', turnId: 't' },
  { type: 'transcript-replace', role: 'user', turnId: 't', text: '' },
  { type: 'response-end', responseId: 'r', status: 'incomplete', usage },
  { type: 'go-away', timeLeftMs: 0 },
  { type: 'response-interrupt' },
  { type: 'server-tool', callId: 'c', name: 'n', status: 'started' },
  { type: 'usage-report', usage },
  { type: 'resumption-update', handle: 'h', resumable: false },
  { type: 'provider-error', code: 'CLOSED', message: 'm', fatal: true, retryable: true },
])('a whole $type is fine', (event) => {
  expect(findShapeFault(event)).toBeUndefined();
});

test.each<[string, object]>([
  ['speech-start: "turnId" must be a non-empty string', { type: 'speech-start', turnId: '' }],
  [
    'speech-end: "audioEndMs" must be a number of milliseconds, 0 or more',
    { type: 'speech-end', turnId: 't', audioEndMs: Number.NaN },
  ],
  [
    'audio-delta: "pcm" must be bytes of an even length, not empty',
    { type: 'audio-delta', responseId: 'r', itemId: 'i', pcm: new Uint8Array(3) },
  ],
  [
    'transcript-delta: "delta" must be a non-empty string',
    { type: 'transcript-delta', role: 'user', turnId: 't', delta: '' },
  ],
  ['transcript-end: "role" must be user', { type: 'transcript-end', role: 'assistant', turnId: 't' }],
  [
    'response-end: "status" must be completed, cancelled, incomplete or failed',
    { type: 'response-end', responseId: 'r', status: 'done' },
  ],
  [
    'tool-call: "arguments" must be the text of a JSON object',
    { type: 'tool-call', callId: 'c', name: 'n', arguments: {} },
  ],
  [
    'usage-report: "usage.cachedTokens" must be a number, 0 or more',
    { type: 'usage-report', usage: { ...usage, cachedTokens: -1 } },
  ],
  [
    'provider-error: "code" must be a code of AdapterErrorCode',
    { type: 'provider-error', code: 'toString', message: 'm', fatal: true, retryable: true },
  ],
  ['session-ready: "ignored" must be a list of request paths', { type: 'session-ready', ignored: [''] }],
  ['nonsense: not a known event type', { type: 'nonsense' }],
])('%s', (fault, event) => {
  expect(findShapeFault(event as SessionEvent)).toBe(fault);
});
