import { expect, test } from 'vitest';
import { CallLog, type CallEvent } from './call-log.ts';
import { checkCall } from './expectations.ts';

const CAPABILITIES = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
  truncate: true,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: false,
  voice: false,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: false,
  fullDuplex: false,
};

const GOOD: readonly CallEvent[] = [
  {
    type: 'ready',
    inputSampleRate: 24_000,
    outputSampleRate: 24_000,
    provider: 'echo',
    model: 'echo',
    capabilities: CAPABILITIES,
    ignored: [],
  },
  {
    type: 'transcript',
    role: 'user',
    text: 'Hello.',
    delta: undefined,
    final: true,
    turn: 'u1',
    startMs: 0,
    interrupted: false,
  },
  { type: 'tool_call', callId: 'c1', name: 'get_weather', arguments: '{}', automatic: true },
  { type: 'tool_result', callId: 'c1', name: 'get_weather', output: '{}', failed: false },
  { type: 'interruption', at: 'assistant', turn: 'a1' },
  {
    type: 'usage',
    inputAudioTokens: 0,
    outputAudioTokens: 12,
    inputTextTokens: undefined,
    outputTextTokens: undefined,
    cachedTokens: undefined,
  },
  { type: 'close', code: 1000, reason: 'client_closed' },
];

/** Names of the expectations that a call with these events did not meet. */
function shortfalls(
  events: readonly CallEvent[],
  { receivedMs = 2_000, stoppedBy }: { receivedMs?: number; stoppedBy?: string } = {},
) {
  const log = new CallLog(() => undefined);
  for (const event of events) log.add(event);
  return checkCall({ log, receivedMs, stoppedBy })
    .filter(({ met }) => !met)
    .map(({ name }) => name);
}

const without = (type: CallEvent['type']): readonly CallEvent[] => GOOD.filter((event) => event.type !== type);

test('a complete call falls short of nothing', () => {
  expect(shortfalls(GOOD)).toEqual([]);
});

test.each([
  ['ready', 'ready'],
  ['transcript', 'user transcript'],
  ['tool_result', 'tool call'],
  ['interruption', 'interruption'],
  ['usage', 'usage'],
  ['close', 'end'],
] as const)('a call without %s falls short at "%s"', (type, name) => {
  expect(shortfalls(without(type))).toEqual([name]);
});

test('too little audio, a failed tool, a wrong end and a call that stopped early each have their name', () => {
  expect(shortfalls(GOOD, { receivedMs: 1_000 })).toEqual(['assistant audio']);
  expect(
    shortfalls([
      ...without('tool_result'),
      { type: 'tool_result', callId: 'c1', name: 'get_weather', output: '{}', failed: true },
    ]),
  ).toEqual(['tool call']);
  expect(shortfalls([...without('close'), { type: 'close', code: 1011, reason: 'provider_error' }])).toEqual(['end']);
  expect(shortfalls(GOOD, { stoppedBy: 'the assistant was never interrupted' })).toEqual(['course']);
});

test('a wrong end is explained by the errors before it', () => {
  const log = new CallLog(() => undefined);
  log.add({ type: 'error', code: 'S2S_PROVIDER_CONNECT_FAILED', message: 'Incorrect API key provided.', fatal: true });
  log.add({ type: 'close', code: 1011, reason: 'provider_connect_failed' });
  const end = checkCall({ log, receivedMs: 0, stoppedBy: undefined }).find(({ name }) => name === 'end');
  expect(end).toEqual({
    name: 'end',
    met: false,
    detail:
      'an end by the client, 1000 client_closed; it ended with 1011 provider_connect_failed (S2S_PROVIDER_CONNECT_FAILED: Incorrect API key provided.)',
  });
});
