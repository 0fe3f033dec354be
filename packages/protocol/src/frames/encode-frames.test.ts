import { expect, test } from 'vitest';
import { decodeServerFrame } from './decode-server-frame.ts';
import { encodeClientFrame } from './encode-client-frame.ts';
import { encodeServerFrame } from './encode-server-frame.ts';
import { parseClientFrame } from './parse-client-frame.ts';
import type { ServerFrame } from './server-frames.ts';

const capabilities = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
  truncate: false,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: false,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: false,
  fullDuplex: false,
};

test.each([
  [{ action: 'commit', t: 'control' }, '{"t":"control","action":"commit"}'],
  [{ t: 'interrupt' }, '{"t":"interrupt"}'],
  [{ playedMs: 1200, t: 'interrupt' }, '{"t":"interrupt","playedMs":1200}'],
  [
    { output: '{"ok":true}', callId: 'c1', t: 'tool_result' },
    '{"t":"tool_result","callId":"c1","output":"{\\"ok\\":true}"}',
  ],
  [{ playedMs: 0, turn: 'a1', t: 'playback' }, '{"t":"playback","turn":"a1","playedMs":0}'],
  [{ text: 'Hi', t: 'text' }, '{"t":"text","text":"Hi"}'],
  [{ id: 7, t: 'ping' }, '{"t":"ping","id":7}'],
] as const)(
  '[CF3] a client frame is compact JSON with t first, whatever the order of the object: %j',
  (frame, text) => {
    expect(encodeClientFrame(frame)).toBe(text);
    expect(parseClientFrame(text)).toEqual({ ok: true, frame });
  },
);

test.each<[ServerFrame, string]>([
  [
    {
      capabilities,
      ignored: ['s2s.temperature'],
      model: 'm',
      provider: 'echo',
      outputSampleRate: 24000,
      inputSampleRate: 16000,
      t: 'ready',
    },
    '{"t":"ready","inputSampleRate":16000,"outputSampleRate":24000,"provider":"echo","model":"m","capabilities":{' +
      '"turnDetectionAuto":true,"turnDetectionManual":true,"commit":true,"clear":true,"interrupt":true,"truncate":false,' +
      '"text":true,"tools":true,"parallelTools":true,"firstMessage":true,"temperature":false,"voice":true,' +
      '"userTranscript":true,"assistantTranscript":true,"usage":true,"resumption":false,"fullDuplex":false},' +
      '"ignored":["s2s.temperature"]}',
  ],
  [
    { turn: 'u1', startMs: 20, delta: ' b', final: false, text: 'a b', role: 'user', t: 'transcript' },
    '{"t":"transcript","role":"user","text":"a b","final":false,"delta":" b","turn":"u1","startMs":20}',
  ],
  [
    { interrupted: true, turn: 'a1', final: true, text: 'a', role: 'assistant', t: 'transcript' },
    '{"t":"transcript","role":"assistant","text":"a","final":true,"turn":"a1","interrupted":true}',
  ],
  [
    { incomplete: 'content_filter', turn: 'a1', final: true, text: '', role: 'assistant', t: 'transcript' },
    '{"t":"transcript","role":"assistant","text":"","final":true,"turn":"a1","incomplete":"content_filter"}',
  ],
  [
    { arguments: '{}', name: 'n', callId: 'c', t: 'tool_call' },
    '{"t":"tool_call","callId":"c","name":"n","arguments":"{}"}',
  ],
  [{ at: 'assistant', t: 'interruption' }, '{"t":"interruption","at":"assistant"}'],
  [{ turn: 'a1', at: 'assistant', t: 'interruption' }, '{"t":"interruption","at":"assistant","turn":"a1"}'],
  [
    { turn: 'u1', state: 'started', role: 'user', t: 'speech' },
    '{"t":"speech","role":"user","state":"started","turn":"u1"}',
  ],
  [
    { cachedTokens: 5, outputTextTokens: 4, inputTextTokens: 3, outputAudioTokens: 2, inputAudioTokens: 1, t: 'usage' },
    '{"t":"usage","inputAudioTokens":1,"outputAudioTokens":2,"inputTextTokens":3,"outputTextTokens":4,"cachedTokens":5}',
  ],
  [
    { fatal: true, message: 'm', code: 'INTERNAL', t: 'error' },
    '{"t":"error","code":"INTERNAL","message":"m","fatal":true}',
  ],
  [{ reason: 'client_closed', t: 'end' }, '{"t":"end","reason":"client_closed"}'],
  [{ id: 1, t: 'pong' }, '{"t":"pong","id":1}'],
  [
    { status: 'failed', name: 'n', id: 's', t: 'server_tool_call' },
    '{"t":"server_tool_call","id":"s","name":"n","status":"failed"}',
  ],
])('[SF1] a server frame is compact JSON with t first, whatever the order of the object: %j', (frame, text) => {
  expect(encodeServerFrame(frame)).toBe(text);
  expect(decodeServerFrame(text)).toEqual(frame);
});

test('[SF1] a t of a later version comes through with everything it holds', () => {
  expect(decodeServerFrame('{"t":"mood","value":1}')).toEqual({ t: 'unknown', raw: { t: 'mood', value: 1 } });
  expect(decodeServerFrame('{"t":"constructor"}')).toEqual({ t: 'unknown', raw: { t: 'constructor' } });
});

test('[SF1] fields of a later version are kept', () => {
  expect(decodeServerFrame('{"t":"end","reason":"client_closed","detail":1}')).toEqual({
    t: 'end',
    reason: 'client_closed',
    detail: 1,
  });
});

test('[CF3] the message of a refused frame says what to send', () => {
  expect(parseClientFrame('{"t":"control","action":"go"}')).toEqual({
    ok: false,
    message:
      'In frame "control", field "action" must be "commit", "end_turn" or "clear". Send {"t":"control","action":"commit"}.',
  });
});

test('[CF3] the message of a refused frame echoes only the beginning of an unknown t', () => {
  const result = parseClientFrame(JSON.stringify({ t: 'x'.repeat(500_000) }));
  expect(result).toEqual({
    ok: false,
    message: `Unknown frame "t":"${'x'.repeat(40)}…". Send one of control, interrupt, tool_result, playback, text, ping.`,
  });
});
