import { readFileSync } from 'node:fs';
import { AdapterError, type SessionCommand, type SessionConfig } from '@speko/adapter';
import { makeSessionConfig, parseTranscript, replayTranscript } from '@speko/adapter-testkit';
import { expect, test } from 'vitest';
import { createBrook } from './brook-adapter.ts';
import type { BrookCodec } from './brook-codec.ts';

const brook = createBrook();
const options = brook.parseOptions({ apiKey: 'made-up-key' });

/** A codec that has said hello, with what a test does to it and sees of it. */
function startCodec(config: Partial<SessionConfig> = {}) {
  const codec = brook.createCodec(makeSessionConfig(brook, config), options) as BrookCodec;
  const [hello] = codec.hello().frames;
  return {
    codec,
    hello: JSON.parse(String(hello)) as unknown,
    hears: (message: object | Uint8Array) =>
      codec.decode(message instanceof Uint8Array ? message : JSON.stringify(message)).events,
    does: (command: SessionCommand) => {
      const output = codec.encode(command);
      if (output.type === 'unsupported') throw new Error(output.reason);
      return { events: output.events, sends: output.frames.map((frame) => JSON.parse(String(frame)) as unknown) };
    },
  };
}

const speechStart = (turnId: string) => ({ type: 'speech-start', turnId });
const speechEnd = (turnId: string) => ({ type: 'speech-end', turnId });
const commit = (turnId: string) => ({ type: 'input-commit', turnId });

test('[BROO1] an option that is wrong is named, without its value', () => {
  expect(() => brook.parseOptions({ apiKey: 'made up\nkey', colour: 'blue' })).toThrow(
    expect.objectContaining({ code: 'BAD_OPTIONS', message: expect.stringMatching(/^Brook Voice options .*apiKey/) }),
  );
  expect(() => brook.parseOptions({})).toThrow(AdapterError);
});

test('[BROO2] the key goes into a header, and the model into the address', () => {
  expect(brook.plan(makeSessionConfig(brook, { model: 'a model' }), options)).toMatchObject({
    url: 'wss://voice.brook.example/v2/converse?model=a%20model',
    headers: { authorization: 'Brook made-up-key' },
    audio: { inputSampleRateHz: 16_000, outputSampleRateHz: 24_000 },
  });
});

test('[BROO2] a voice that Brook does not have is refused before anything is dialled', () => {
  expect(() => brook.plan(makeSessionConfig(brook, { voice: 'brick' }), options)).toThrow(
    expect.objectContaining({
      code: 'BAD_OPTIONS',
      message: 'Brook Voice has no voice called "brick". Choose one of reed, stone, moss.',
    }),
  );
});

test('[BROO3] a fault is reported in the words of the vendor', () => {
  const { hears } = startCodec();
  expect(hears({ op: 'fault', n: 2, what: 'strange', why: 'Not today.', stop: false })).toEqual([
    {
      type: 'provider-error',
      code: 'PROVIDER_ERROR',
      message: 'Not today.',
      providerCode: 'strange',
      fatal: false,
      retryable: false,
    },
  ]);
});

test('[BROO3] a fault that stops the call is fatal whatever its code, and reported once', () => {
  const transcript = parseTranscript(readFileSync(new URL('./__fixtures__/error.jsonl', import.meta.url), 'utf8'));
  const { events } = replayTranscript({ adapter: brook, options: { apiKey: 'made-up-key' }, transcript });
  expect(events).toMatchObject([{ type: 'provider-error', code: 'QUOTA_EXCEEDED', fatal: true }]);

  const { codec, hears } = startCodec();
  expect(hears({ op: 'fault', n: 2, what: 'strange', why: 'No.', stop: true })).toMatchObject([{ fatal: true }]);
  expect(codec.close({ type: 'closed', code: 4400, reason: 'bad message' })).toEqual([]);
});

test.each([
  [{ type: 'refused', status: 401, body: '{"reason":"bad key"}' }, 'AUTH_FAILED', false],
  [{ type: 'closed', code: 4401, reason: 'key withdrawn' }, 'AUTH_FAILED', false],
  [{ type: 'closed', code: 4401, reason: '' }, 'AUTH_FAILED', false],
  [{ type: 'closed', code: 4404, reason: 'no such model' }, 'MODEL_NOT_FOUND', false],
  [{ type: 'closed', code: 4429, reason: 'out of credit' }, 'QUOTA_EXCEEDED', false],
  [{ type: 'closed', code: 4429, reason: 'too many calls' }, 'RATE_LIMITED', true],
  [{ type: 'closed', code: 4503, reason: 'busy, try again' }, 'UNAVAILABLE', true],
  [{ type: 'closed', code: 4400, reason: 'bad message' }, 'INVALID_REQUEST', false],
  [{ type: 'closed', code: 1000, reason: '' }, 'CLOSED', false],
] as const)('[BROO4] %o is %s', (end, code, retryable) => {
  expect(startCodec().codec.close(end)).toMatchObject([{ type: 'provider-error', code, retryable, fatal: true }]);
});

test('[BROO4] a wrong key is reported by the reason in the body', () => {
  expect(startCodec().codec.close({ type: 'refused', status: 401, body: '{"reason":"bad key"}' })).toMatchObject([
    { message: 'The provider refused the connection with HTTP 401: bad key' },
  ]);
});

test('[BROO4] the end that Brook warned of is its limit', () => {
  const { codec, hears } = startCodec();
  expect(hears({ op: 'closing', n: 9, in: 30 })).toEqual([{ type: 'go-away', timeLeftMs: 30_000 }]);
  expect(codec.close({ type: 'closed', code: 1000, reason: '' })).toMatchObject([
    { code: 'SESSION_EXPIRED', retryable: true },
  ]);
});

test('[BROO5] begin carries what the session asks for', () => {
  const { hello } = startCodec({
    systemPrompt: 'Be brief.',
    voice: 'moss',
    temperature: 1.5,
    turnDetection: 'manual',
    firstMessage: 'Hello there.',
    tools: [{ name: 'lookup', description: 'Looks up.', parameters: { type: 'object' } }],
  });
  expect(hello).toEqual({
    op: 'begin',
    n: 1,
    persona: 'Be brief.',
    voice: 'moss',
    listen: 'button',
    warmth: 0.75,
    say: 'Hello there.',
    skills: [{ name: 'lookup', about: 'Looks up.', args: { type: 'object' } }],
  });
});

test('[BROO5] begin is as short as it can be where the session asks for nothing', () => {
  expect(startCodec().hello).toEqual({ op: 'begin', n: 1, persona: '', voice: 'reed', listen: 'auto', skills: [] });
});

test('[BROO5] begun makes the session ready', () => {
  expect(startCodec().hears({ op: 'begun', n: 1, call: 'c-1', seconds: 900 })).toEqual([
    { type: 'session-ready', ignored: [] },
  ]);
});

test('[BROO6] a call that goes on elsewhere is told what was said, not what was done', () => {
  const history = [
    { type: 'message', role: 'system', text: 'Secret.' },
    { type: 'message', role: 'user', text: 'Is it open?' },
    { type: 'tool-call', callId: 's-1', name: 'lookup', arguments: '{}' },
    { type: 'tool-result', callId: 's-1', output: 'yes' },
    { type: 'message', role: 'assistant', text: 'It is.' },
  ] as const;
  expect(startCodec({ continuation: { history } }).hello).toMatchObject({
    earlier: [
      { by: 'user', words: 'Is it open?' },
      { by: 'brook', words: 'It is.' },
    ],
  });
});

test('[BROO7] audio goes out behind the byte 1, and comes in behind the byte 2', () => {
  const { codec, hears } = startCodec();
  expect(codec.appendAudio(Uint8Array.of(10, 20, 30, 40))).toEqual([Uint8Array.of(1, 10, 20, 30, 40)]);
  hears({ op: 'reply', n: 2, reply: 12, state: 'start' });
  expect(hears(Uint8Array.of(2, 10, 20, 30, 40))).toEqual([
    {
      type: 'audio-delta',
      responseId: 'reply-12',
      itemId: 'reply-12-speech',
      pcm: Uint8Array.of(10, 20, 30, 40),
    },
  ]);
});

test('[BROO7] audio outside of a reply comes through raw', () => {
  const raw = Uint8Array.of(2, 10, 20);
  expect(startCodec().hears(raw)).toEqual([{ type: 'provider-raw', name: 'invalid', raw }]);
});

test('[BROO8] a reply begins, speaks and ends, with its tokens', () => {
  const { hears } = startCodec();
  expect(hears({ op: 'reply', n: 2, reply: 12, state: 'start' })).toEqual([
    { type: 'response-start', responseId: 'reply-12' },
  ]);
  expect(hears({ op: 'words', n: 3, reply: 12, add: 'It is' })).toEqual([
    {
      type: 'transcript-delta',
      role: 'assistant',
      turnId: 'reply-12',
      itemId: 'reply-12-speech',
      delta: 'It is',
    },
  ]);
  const tokens = { in: 120, out: 80, in_audio: 100, out_audio: 70 };
  expect(hears({ op: 'reply', n: 4, reply: 12, state: 'done', tokens })).toEqual([
    {
      type: 'response-end',
      responseId: 'reply-12',
      status: 'completed',
      usage: {
        inputAudioTokens: 100,
        outputAudioTokens: 70,
        inputTextTokens: 20,
        outputTextTokens: 10,
        cachedTokens: 0,
      },
    },
  ]);
});

test('[BROO8] a reply that Brook cuts by itself is cancelled', () => {
  const { hears } = startCodec();
  hears({ op: 'reply', n: 2, reply: 12, state: 'start' });
  expect(hears({ op: 'reply', n: 3, reply: 12, state: 'cut' })).toEqual([
    { type: 'response-end', responseId: 'reply-12', status: 'cancelled', reason: 'cut' },
  ]);
});

test('[BROO9] the user’s voice ends the reply at once; what is late is dropped, and its tokens are counted', () => {
  const { hears } = startCodec();
  hears({ op: 'reply', n: 2, reply: 12, state: 'start' });
  expect(hears({ op: 'ear', n: 3, is: 'open', line: 7 })).toEqual([
    speechStart('turn-1'),
    { type: 'response-end', responseId: 'reply-12', status: 'cancelled', reason: 'turn_detected' },
  ]);
  expect(hears(Uint8Array.of(2, 1, 1))).toEqual([]);
  expect(hears({ op: 'words', n: 4, reply: 12, add: 'late' })).toEqual([]);
  const tokens = { in: 10, out: 20, in_audio: 10, out_audio: 20 };
  expect(hears({ op: 'reply', n: 5, reply: 12, state: 'cut', tokens })).toMatchObject([
    { type: 'usage-report', responseId: 'reply-12', usage: { outputAudioTokens: 20 } },
  ]);
});

test('[BROO9] a cancel silences the reply, and what was heard of it is told', () => {
  const { hears, does } = startCodec();
  hears({ op: 'reply', n: 2, reply: 12, state: 'start' });
  expect(does({ type: 'response-cancel', responseId: 'reply-12' })).toEqual({
    sends: [{ op: 'hush', n: 2, reply: 12 }],
    events: [{ type: 'response-end', responseId: 'reply-12', status: 'cancelled', reason: 'client_cancelled' }],
  });
  const items = [{ itemId: 'reply-12-speech', heardMs: 840.4, totalMs: 2000 }];
  expect(does({ type: 'response-truncate', responseId: 'reply-12', items }).sends).toEqual([
    { op: 'hush', n: 3, reply: 12, heard_ms: 840 },
  ]);
});

test('[BROO9] a reply that Brook never announced is not hushed', () => {
  expect(startCodec().does({ type: 'response-cancel', responseId: 'other' })).toEqual({ sends: [], events: [] });
});

test('[BROO10] a line is a turn, and ends when the ear shuts', () => {
  const { hears } = startCodec();
  expect(hears({ op: 'ear', n: 2, is: 'open', line: 7 })).toEqual([speechStart('turn-1')]);
  expect(hears({ op: 'heard', n: 3, line: 7, words: 'Is', sure: false })).toEqual([
    { type: 'transcript-replace', role: 'user', turnId: 'turn-1', text: 'Is' },
  ]);
  expect(hears({ op: 'ear', n: 4, is: 'shut', line: 7 })).toEqual([speechEnd('turn-1'), commit('turn-1')]);
});

test('[BROO10] words that become sure late belong to their own line', () => {
  const { hears } = startCodec();
  hears({ op: 'ear', n: 2, is: 'open', line: 7 });
  hears({ op: 'ear', n: 3, is: 'shut', line: 7 });
  hears({ op: 'ear', n: 4, is: 'open', line: 8 });
  hears({ op: 'ear', n: 5, is: 'shut', line: 8 });
  const heard = { op: 'heard', n: 6, line: 7, words: 'Is it open?', sure: true };
  expect(hears(heard)).toEqual([{ type: 'transcript-end', role: 'user', turnId: 'turn-1', text: 'Is it open?' }]);
  expect(hears(heard)).toEqual([]);
  expect(hears({ ...heard, line: 8 })).toMatchObject([{ turnId: 'turn-2' }]);
  expect(hears({ ...heard, line: 9 })).toEqual([]);
});

test('[BROO10] a line that begins before the last one has ended ends it', () => {
  const { hears } = startCodec();
  hears({ op: 'ear', n: 2, is: 'open', line: 7 });
  expect(hears({ op: 'ear', n: 3, is: 'open', line: 7 })).toEqual([]);
  expect(hears({ op: 'ear', n: 3, is: 'open', line: 8 })).toEqual([
    speechEnd('turn-1'),
    commit('turn-1'),
    speechStart('turn-2'),
  ]);
  expect(hears({ op: 'ear', n: 4, is: 'shut', line: 7 })).toEqual([]);
});

test('[BROO11] the client ends a turn, and its line is known from its words', () => {
  const { codec, hears, does } = startCodec({ turnDetection: 'manual' });
  codec.appendAudio(Uint8Array.of(1, 1));
  expect(does({ type: 'audio-commit' })).toEqual({ sends: [{ op: 'done', n: 2 }], events: [commit('turn-1')] });
  codec.appendAudio(Uint8Array.of(1, 1));
  does({ type: 'audio-commit' });
  expect(hears({ op: 'heard', n: 2, line: 7, words: 'Yes.', sure: true })).toMatchObject([{ turnId: 'turn-1' }]);
  expect(hears({ op: 'heard', n: 3, line: 8, words: 'No.', sure: true })).toMatchObject([{ turnId: 'turn-2' }]);
});

test('[BROO11] words that come before the client ends the turn belong to it', () => {
  const { codec, hears, does } = startCodec({ turnDetection: 'manual' });
  codec.appendAudio(Uint8Array.of(1, 1));
  expect(hears({ op: 'heard', n: 2, line: 7, words: 'Ye', sure: false })).toMatchObject([{ turnId: 'turn-1' }]);
  expect(does({ type: 'audio-commit' }).events).toEqual([commit('turn-1')]);
  expect(hears({ op: 'heard', n: 2, line: 7, words: 'Yes.', sure: true })).toMatchObject([{ turnId: 'turn-1' }]);
});

test('[BROO11] a commit of nothing ends no turn', () => {
  const { codec, does } = startCodec({ turnDetection: 'manual' });
  expect(does({ type: 'audio-commit' })).toEqual({ sends: [{ op: 'done', n: 2 }], events: [] });
  codec.appendAudio(Uint8Array.of(1, 1));
  expect(does({ type: 'audio-clear' })).toEqual({ sends: [{ op: 'drop', n: 3 }], events: [] });
  expect(does({ type: 'audio-commit' }).events).toEqual([]);
});

test('[BROO11] what is dropped is heard no more', () => {
  const { hears, does } = startCodec();
  hears({ op: 'ear', n: 2, is: 'open', line: 7 });
  expect(does({ type: 'audio-clear' }).events).toEqual([speechEnd('turn-1')]);
  expect(hears({ op: 'ear', n: 3, is: 'shut', line: 7 })).toEqual([]);
  expect(hears({ op: 'heard', n: 4, line: 7, words: 'Yes.', sure: true })).toEqual([]);
});

test('[BROO12] typed text, a skill and its result', () => {
  const { hears, does } = startCodec();
  expect(does({ type: 'text-append', text: 'Hello.' }).sends).toEqual([{ op: 'type', n: 2, words: 'Hello.' }]);
  hears({ op: 'reply', n: 2, reply: 12, state: 'start' });
  expect(hears({ op: 'skill', n: 3, ask: 's-3', name: 'lookup', args: { query: 'tea' } })).toEqual([
    { type: 'tool-call', callId: 's-3', name: 'lookup', arguments: '{"query":"tea"}', responseId: 'reply-12' },
  ]);
  expect(does({ type: 'tool-result', callId: 's-3', output: 'green' }).sends).toEqual([
    { op: 'skill-done', n: 3, ask: 's-3', gives: 'green' },
  ]);
});

test('[BROO13] a drum is answered, in the order of the numbers', () => {
  const { codec } = startCodec();
  expect(codec.decode('{"op":"drum","n":2}')).toEqual({ events: [], frames: ['{"op":"drum","n":2}'] });
  expect(codec.decode('{"op":"drum","n":3}')).toEqual({ events: [], frames: ['{"op":"drum","n":3}'] });
});

test('[BROO13] what is no message of Brook comes through raw', () => {
  const raw = { op: 'weather', n: 2 };
  expect(startCodec().hears(raw)).toEqual([{ type: 'provider-raw', name: 'weather', raw }]);
});
