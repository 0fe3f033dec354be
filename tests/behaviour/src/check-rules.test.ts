import type { SessionFrame } from '@speko/client-node';
import { expect, test } from 'vitest';
import { checkRules } from './check-rules.ts';

const ready: SessionFrame = {
  type: 'ready',
  inputSampleRate: 24_000,
  outputSampleRate: 24_000,
  provider: 'echo',
  model: 'echo',
  capabilities: {},
  ignored: [],
};
const close: SessionFrame = { type: 'close', code: 1000, reason: 'client_closed' };
const started: SessionFrame = { type: 'speech', role: 'assistant', state: 'started', turn: 'a1' };
const stopped: SessionFrame = { type: 'speech', role: 'assistant', state: 'stopped', turn: 'a1' };
const cut: SessionFrame = { type: 'interruption', at: 'assistant', turn: 'a1' };
const audio: SessionFrame = { type: 'audio', pcm: new Uint8Array(4), sampleRate: 24_000, turn: 'a1' };

function words(text: string, fields: { delta?: string; final?: boolean; role?: 'user' } = {}): SessionFrame {
  const { delta, final = false, role = 'assistant' } = fields;
  return { type: 'transcript', role, text, delta, final, turn: 'a1', startMs: 0, interrupted: false };
}

const call: SessionFrame = { type: 'tool_call', callId: 'c1', name: 'add', arguments: '{}', automatic: true };
const result: SessionFrame = { type: 'tool_result', callId: 'c1', name: 'add', output: '3', failed: false };
const end = words('One two.', { final: true });

test('a call in which nothing is wrong', () => {
  const frames = [ready, words('One', { delta: 'One' }), started, audio, words('One two.', { delta: ' two.' }), cut];
  expect(checkRules([...frames, stopped, end, call, result, close])).toEqual([]);
});

test.each([
  ['frames before ready', [started, ready, stopped, close], 'Before "ready" came speech.'],
  ['a second ready', [ready, ready, close], '"ready" came twice.'],
  ['a close that is not the end', [ready, close, started, stopped], '"close" is not the last frame.'],
  ['a call without close', [ready], '"close" is not the last frame.'],
  [
    'a turn of both',
    [ready, started, stopped, words('Hi', { final: true, role: 'user' }), close],
    'Both spoke in the turn a1.',
  ],
  ['two starts', [ready, started, started, stopped, close], 'a1 started to speak out of order.'],
  ['two stops', [ready, started, stopped, stopped, close], 'a1 stopped to speak out of order.'],
  ['no stop', [ready, started, close], 'a1 never stopped to speak.'],
  ['a second interruption', [ready, started, cut, cut, stopped, close], 'a1 was interrupted twice.'],
  [
    'audio after the interruption',
    [ready, started, cut, audio, stopped, end, close],
    'Audio of a1 came while nobody was to be heard.',
  ],
  [
    'audio after the end',
    [ready, started, stopped, audio, end, close],
    'Audio of a1 came while nobody was to be heard.',
  ],
  [
    'half a sample',
    [ready, started, { ...audio, pcm: new Uint8Array(3) }, stopped, end, close],
    'Audio came in half samples.',
  ],
  ['two finals', [ready, end, end, close], 'Words of a1 came after its final.'],
  ['no final', [ready, words('One'), close], 'a1 has no final.'],
  ['audio without a final', [ready, started, audio, stopped, close], 'a1 has no final.'],
  [
    'words that do not add up',
    [ready, words('One', { delta: 'One' }), words('Two', { delta: 'Two' }), end, close],
    'The partial "Two" of a1 is not "One" and "Two".',
  ],
  ['a call that is repeated', [ready, call, call, close], 'The call c1 came twice.'],
  ['a result before its call', [ready, result, call, close], 'A tool ran for c1 without a call of its own.'],
  ['a second result', [ready, call, result, result, close], 'A tool ran for c1 without a call of its own.'],
] satisfies [string, SessionFrame[], string][])('%s', (_, frames, sentence) => {
  expect(checkRules(frames)).toContain(sentence);
});
