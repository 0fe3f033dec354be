import type { SessionFrame } from '@speko/client-browser';
import { beforeEach, expect, test } from 'vitest';
import { createCallJournal, type CallJournal } from './call-journal.ts';

let nowMs: number;
let journal: CallJournal;

beforeEach(() => {
  nowMs = 5000;
  journal = createCallJournal(() => nowMs);
});

function at(ms: number, what: () => void): void {
  nowMs = 5000 + ms;
  what();
}

const speech = (role: 'user' | 'assistant', state: 'started' | 'stopped', turn: string): SessionFrame => ({
  type: 'speech',
  role,
  state,
  turn,
});
const audio = (turn: string, ms: number): SessionFrame => ({
  type: 'audio',
  pcm: new Uint8Array(ms * 48),
  sampleRate: 24_000,
  turn,
});

function hold(turnNumber: number, fromMs: number): void {
  at(fromMs, () => journal.received(speech('user', 'started', `u${turnNumber}`), undefined));
  at(fromMs + 1000, () => journal.received(speech('user', 'stopped', `u${turnNumber}`), undefined));
  at(fromMs + 1100, () => journal.received(audio(`a${turnNumber}`, 500), undefined));
  at(fromMs + 1160, () => journal.modeChanged('speaking'));
}

test('a turn and its answer: what was said, when it was heard, and how long it took', () => {
  at(0, () => journal.statusChanged('connected', 'ses_1'));
  hold(1, 100);
  at(1760, () => journal.modeChanged('listening'));
  at(1762, () => journal.sent({ t: 'playback', turn: 'a1', playedMs: 500 }));
  const { timeline, latencies, entries } = journal.view();
  expect(timeline.spans.map(({ lane, startMs, endMs }) => [lane, startMs, endMs])).toEqual([
    ['user', 100, 1100],
    ['assistant', 1260, 1760],
  ]);
  expect(latencies).toEqual([{ turn: 'ses_1/a1', fromMs: 1100, toMs: 1260 }]);
  expect(entries.map(({ direction, kind }) => `${direction} ${kind}`)).toEqual([
    'received speech',
    'received speech',
    'received audio',
    'sent playback',
  ]);
});

test('the wait for an answer to a message begins when it is sent, to a held button when it is let go', () => {
  at(100, () => journal.sent({ t: 'text', text: 'Hello.' }));
  at(300, () => journal.modeChanged('speaking'));
  at(400, () => journal.modeChanged('listening'));
  at(500, () => journal.holdChanged(true));
  at(900, () => journal.holdChanged(false));
  at(901, () => journal.sent({ t: 'control', action: 'commit' }));
  at(1000, () => journal.modeChanged('speaking'));
  expect(journal.view().latencies).toEqual([
    { turn: undefined, fromMs: 100, toMs: 300 },
    { turn: undefined, fromMs: 901, toMs: 1000 },
  ]);
  expect(journal.view().timeline.spans).toMatchObject([
    { lane: 'user', startMs: 500, endMs: 900, label: 'Push to talk' },
  ]);
  expect(journal.view().timeline.marks).toMatchObject([{ kind: 'typed', atMs: 100, label: 'Hello.' }]);
});

test('an interruption cuts the turn that is heard, and is marked once', () => {
  at(0, () => journal.received(audio('a1', 2000), undefined));
  at(10, () => journal.modeChanged('speaking'));
  at(400, () => journal.modeChanged('listening'));
  at(401, () => journal.sent({ t: 'interrupt', playedMs: 388 }));
  at(420, () => journal.received({ type: 'interruption', at: 'assistant', turn: 'a1' }, undefined));
  at(500, () => journal.received({ type: 'interruption', at: 'assistant', turn: undefined }, undefined));
  const { spans, marks } = journal.view().timeline;
  expect(spans).toMatchObject([{ lane: 'assistant', startMs: 10, endMs: 400, interrupted: true }]);
  expect(marks.map(({ kind, atMs }) => [kind, atMs])).toEqual([['interruption', 420]]);
});

test('the recording holds what was heard of a turn that was cut', () => {
  at(0, () => journal.received(audio('a1', 2000), undefined));
  at(10, () => journal.modeChanged('speaking'));
  at(400, () => journal.modeChanged('listening'));
  at(401, () => journal.sent({ t: 'interrupt', playedMs: 388 }));
  // 10 ms of silence and 388 ms of speech in stereo.
  expect(journal.toWav()).toHaveLength(44 + 398 * 24 * 4);
});

test('a tool call is on its lane until its result, and in the captions after the turn it belongs to', () => {
  const call = { callId: 'c1', name: 'get_time', arguments: '{}', automatic: true };
  at(100, () => journal.received({ type: 'tool_call', ...call }, 'u1'));
  expect(journal.view().tools).toMatchObject([{ name: 'get_time', output: undefined, afterTurn: 'u1' }]);
  at(130, () =>
    journal.received({ type: 'tool_result', callId: 'c1', name: 'get_time', output: '"noon"', failed: false }, 'u1'),
  );
  expect(journal.view().tools).toMatchObject([{ output: '"noon"', failed: false, afterTurn: 'u1' }]);
  expect(journal.view().timeline.spans).toMatchObject([{ lane: 'tools', startMs: 100, endMs: 130, label: 'get_time' }]);
});

const call = (callId: string): SessionFrame => ({
  type: 'tool_call',
  callId,
  name: 'get_time',
  arguments: '{}',
  automatic: true,
});
const transcript = (role: 'user' | 'assistant', turn: string): SessionFrame => ({
  type: 'transcript',
  role,
  text: 'What time is it?',
  delta: undefined,
  final: true,
  turn,
  startMs: undefined,
  interrupted: false,
});
const questions = () => journal.view().tools.map(({ callId, question }) => [callId, question]);

test('[UI4] the question of a call is what the user said last, once it is told', () => {
  at(0, () => journal.statusChanged('connected', 'ses_1'));
  at(1000, () => journal.received(speech('user', 'started', 'u1'), undefined));
  at(2000, () => journal.received(speech('user', 'stopped', 'u1'), undefined));
  at(2100, () => journal.received(call('c1'), undefined));
  at(2150, () => journal.received(call('c2'), undefined));
  at(2200, () => journal.received(transcript('user', 'u1'), undefined));
  expect(questions()).toEqual([
    ['c1', 'ses_1/u1'],
    ['c2', 'ses_1/u1'],
  ]);
  expect(journal.view().tools[0]?.spokenAtMs).toBe(2100);
});

test('[UI4] where speech is told by its transcript alone, the first one after the call is the question', () => {
  at(0, () => journal.statusChanged('connected', 'ses_1'));
  at(100, () => journal.received(transcript('user', 'u1'), undefined));
  at(200, () => journal.received(speech('assistant', 'started', 'a1'), undefined));
  at(2000, () => journal.received(call('c1'), 'ses_1/a1'));
  at(2100, () => journal.received(speech('assistant', 'started', 'a2'), undefined));
  at(2200, () => journal.received(transcript('user', 'u2'), undefined));
  at(2300, () => journal.received(transcript('user', 'u3'), undefined));
  expect(questions()).toEqual([['c1', 'ses_1/u2']]);
});

test.each<[string, () => void]>([
  ['spoken', () => journal.received(speech('user', 'started', 'u1'), undefined)],
  ['typed', () => journal.sent({ t: 'text', text: 'Hello.' })],
  ['said with a button held', () => journal.holdChanged(true)],
])('[UI4] what is %s after a call is not its question', (_, begin) => {
  at(0, () => journal.statusChanged('connected', 'ses_1'));
  at(100, () => journal.received(call('c1'), undefined));
  at(200, begin);
  at(300, () => journal.received(transcript('user', 'u1'), undefined));
  expect(questions()).toEqual([['c1', undefined]]);
});

test('[UI7] tokens are summed over all answers, and over sessions', () => {
  const usage = (inputAudioTokens: number, more: object = {}): SessionFrame => ({
    type: 'usage',
    inputAudioTokens,
    outputAudioTokens: 10,
    inputTextTokens: undefined,
    outputTextTokens: undefined,
    cachedTokens: undefined,
    ...more,
  });
  expect(journal.view().tokens).toBeUndefined();
  at(0, () => journal.statusChanged('connected', 'ses_1'));
  at(100, () => journal.received(usage(5), undefined));
  at(200, () => journal.statusChanged('reconnecting', 'ses_1'));
  at(300, () => journal.statusChanged('connected', 'ses_2'));
  at(400, () => journal.received(usage(7, { inputTextTokens: 3, outputTextTokens: 4, cachedTokens: 2 }), undefined));
  expect(journal.view().tokens).toEqual({ inputAudio: 12, inputText: 3, cached: 2, outputAudio: 20, outputText: 4 });
});

test('a session that takes the place of a lost one has turns of its own, though their ids are the same', () => {
  at(0, () => journal.statusChanged('connected', 'ses_1'));
  hold(1, 100);
  at(1500, () => journal.received(speech('user', 'started', 'u2'), undefined));
  at(1550, () => journal.statusChanged('reconnecting', 'ses_1'));
  at(1760, () => journal.modeChanged('listening'));
  at(2000, () => journal.statusChanged('connected', 'ses_2'));
  hold(1, 2100);
  at(3700, () => journal.statusChanged('ended', 'ses_2'));
  const { timeline, latencies, connectedAtMs, endedAtMs } = journal.view();
  expect(timeline.spans.map(({ id, startMs, endMs }) => [id, startMs, endMs])).toEqual([
    ['user:ses_1/u1', 100, 1100],
    ['user:ses_1/u2', 1500, 1550],
    ['user:ses_2/u1', 2100, 3100],
    ['assistant:ses_1/a1', 1260, 1760],
    ['assistant:ses_2/a1', 3260, 3700],
  ]);
  expect(latencies.map(({ turn }) => turn)).toEqual(['ses_1/a1', 'ses_2/a1']);
  expect(timeline.marks).toMatchObject([{ kind: 'reconnected', atMs: 2000 }]);
  expect([connectedAtMs, endedAtMs]).toEqual([0, 3700]);
});

test('a session that comes back after a pause of the network goes on', () => {
  at(0, () => journal.statusChanged('connected', 'ses_1'));
  at(100, () => journal.received(speech('user', 'started', 'u1'), undefined));
  at(200, () => journal.statusChanged('reconnecting', 'ses_1'));
  at(900, () => journal.statusChanged('connected', 'ses_1'));
  at(1000, () => journal.received(speech('user', 'stopped', 'u1'), undefined));
  expect(journal.view().timeline.spans).toMatchObject([{ startMs: 100, endMs: 1000 }]);
});

test('a ping that came back is in the log as a pong with its round trip', () => {
  at(100, () => journal.roundTrip(3.14159));
  expect(journal.view().roundTripMs).toBe(3.14159);
  expect(journal.view().entries).toMatchObject([{ kind: 'pong', json: '{"type":"pong","roundTripMs":3.1}' }]);
});
