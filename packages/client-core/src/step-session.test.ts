import { describe, expect, test } from 'vitest';
import { createSessionState, type SessionEffect, type SessionInput, type SessionState } from './session-state.ts';
import { stepSession } from './step-session.ts';

const READY =
  '{"t":"ready","inputSampleRate":24000,"outputSampleRate":16000,"provider":"echo","model":"echo","capabilities":{"turnDetectionAuto":true,"turnDetectionManual":true,"commit":true,"clear":true,"interrupt":true,"truncate":true,"text":true,"tools":true,"parallelTools":true,"firstMessage":true,"temperature":false,"voice":false,"userTranscript":true,"assistantTranscript":true,"usage":true,"resumption":false,"fullDuplex":false},"ignored":["s2s.voice"]}';
const PCM = Uint8Array.of(1, 2, 3, 4);

const opened: SessionInput = { type: 'opened' };
const audio: SessionInput = { type: 'audio', pcm: PCM };
const interrupt: SessionInput = { type: 'send', frame: { t: 'interrupt' } };
const text = (json: string): SessionInput => ({ type: 'text', text: json });

/** Runs the inputs on a new session; `effects` are those of the last input. */
function play(...inputs: SessionInput[]): { state: SessionState; effects: readonly SessionEffect[] } {
  let step = {
    state: createSessionState({ outputSampleRate: 24_000, automaticTools: ['get_weather'] }),
    effects: [] as readonly SessionEffect[],
  };
  for (const input of inputs) step = stepSession(step.state, input);
  return step;
}

describe('life', () => {
  test('[CL1] connecting, preparing, open, ending, closed', () => {
    const end = text('{"t":"end","reason":"ended_by_api"}');
    const gone: SessionInput = { type: 'disconnected', code: 1000, reason: 'ended_by_api' };
    expect(play().state.state).toBe('connecting');
    expect(play(opened).state.state).toBe('preparing');
    expect(play(opened, text(READY)).state.state).toBe('open');
    expect(play(opened, text(READY), end).state.state).toBe('ending');
    expect(play(opened, text(READY), end, gone).state).toEqual({ state: 'closed', code: 1000, reason: 'ended_by_api' });
  });

  test('[CL1] a late ready does not reopen a session that is ending', () => {
    const close: SessionInput = { type: 'close', code: 1000, reason: 'client_closed' };
    const { state, effects } = play(opened, close, text(READY));
    expect(state.state).toBe('ending');
    expect(effects).toMatchObject([{ type: 'emit', frame: { type: 'ready' } }]);
  });

  test('[CL2] what is sent before ready goes out', () => {
    const commit: SessionInput = { type: 'send', frame: { t: 'control', action: 'commit' } };
    expect(play(opened, commit).effects).toEqual([{ type: 'send', frame: { t: 'control', action: 'commit' } }]);
  });

  test('[CL2] what is sent after the end goes nowhere', () => {
    const end = text('{"t":"end","reason":"idle_timeout"}');
    expect(play(opened, end, { type: 'send', frame: { t: 'text', text: 'hi' } }).effects).toEqual([]);
    expect(play(opened, { type: 'disconnected', code: 1006, reason: '' }, interrupt).effects).toEqual([]);
  });

  test('[CL3] the reason of end wins over that of the WebSocket', () => {
    const { effects } = play(opened, text('{"t":"end","reason":"slow_consumer"}'), {
      type: 'disconnected',
      code: 4429,
      reason: '',
    });
    expect(effects).toEqual([
      { type: 'emit', frame: { type: 'close', code: 4429, reason: 'slow_consumer' } },
      { type: 'finish' },
    ]);
  });

  test('[CL3] a connection that breaks is connection_lost', () => {
    const { effects } = play(opened, text(READY), { type: 'disconnected', code: 1006, reason: '' });
    expect(effects[0]).toEqual({ type: 'emit', frame: { type: 'close', code: 1006, reason: 'connection_lost' } });
  });

  test('[CL3] a close of its own is reported as it was asked for, whatever the peer echoes', () => {
    const close: SessionInput = { type: 'close', code: 4001, reason: 'done' };
    expect(play(opened, close).effects).toEqual([{ type: 'close', code: 4001, reason: 'done' }]);
    const { effects } = play(opened, close, text('{"t":"end","reason":"client_closed"}'), {
      type: 'disconnected',
      code: 1005,
      reason: '',
    });
    expect(effects[0]).toEqual({ type: 'emit', frame: { type: 'close', code: 4001, reason: 'done' } });
  });

  test('[CL3] a second disconnection says nothing', () => {
    const gone: SessionInput = { type: 'disconnected', code: 1006, reason: '' };
    expect(play(opened, gone, gone).effects).toEqual([]);
  });
});

describe('frames', () => {
  test.each([
    [
      READY,
      {
        type: 'ready',
        inputSampleRate: 24000,
        outputSampleRate: 16000,
        provider: 'echo',
        model: 'echo',
        ignored: ['s2s.voice'],
      },
    ],
    [
      '{"t":"transcript","role":"user","text":"Hel","delta":"l","final":false,"turn":"u1","startMs":120}',
      {
        type: 'transcript',
        role: 'user',
        text: 'Hel',
        delta: 'l',
        final: false,
        turn: 'u1',
        startMs: 120,
        interrupted: false,
      },
    ],
    [
      '{"t":"transcript","role":"assistant","text":"One, two","final":true,"turn":"a1","interrupted":true}',
      { type: 'transcript', role: 'assistant', text: 'One, two', final: true, turn: 'a1', interrupted: true },
    ],
    [
      '{"t":"transcript","role":"assistant","text":"I","final":true,"turn":"a1","incomplete":"content_filter"}',
      {
        type: 'transcript',
        role: 'assistant',
        text: 'I',
        final: true,
        turn: 'a1',
        interrupted: false,
        incomplete: 'content_filter',
      },
    ],
    [
      '{"t":"tool_call","callId":"c1","name":"book","arguments":"{}"}',
      { type: 'tool_call', callId: 'c1', name: 'book', arguments: '{}', automatic: false },
    ],
    [
      '{"t":"usage","inputAudioTokens":3,"outputAudioTokens":4,"cachedTokens":1}',
      { type: 'usage', inputAudioTokens: 3, outputAudioTokens: 4, cachedTokens: 1 },
    ],
    [
      '{"t":"error","code":"BAD_FRAME","message":"No."}',
      { type: 'error', code: 'BAD_FRAME', message: 'No.', fatal: false },
    ],
    [
      '{"t":"error","code":"NEW_CODE","message":"No.","fatal":true}',
      { type: 'error', code: 'NEW_CODE', message: 'No.', fatal: true },
    ],
    [
      '{"t":"speech","role":"user","state":"started","turn":"u1","extra":1}',
      { type: 'speech', role: 'user', state: 'started', turn: 'u1' },
    ],
    [
      '{"t":"server_tool_call","id":"s1","name":"search","status":"started"}',
      { type: 'server_tool_call', id: 's1', name: 'search', status: 'started' },
    ],
  ])('[CL6] %s', (json, frame) => {
    expect(play(opened, text(json)).effects).toMatchObject([{ type: 'emit', frame }]);
  });

  test('[CL6] unknown, malformed and odd messages are reported and passed over', () => {
    expect(play(opened, text('{"t":"weather","sky":"blue"}')).effects).toEqual([
      { type: 'ignored', message: { type: 'unknown-frame', raw: { t: 'weather', sky: 'blue' } } },
    ]);
    expect(play(opened, text('{"t":"usage"}')).effects).toEqual([
      { type: 'ignored', message: { type: 'malformed-frame', text: '{"t":"usage"}' } },
    ]);
    expect(play(opened, { type: 'audio', pcm: Uint8Array.of(1, 2, 3) }).effects).toEqual([
      { type: 'ignored', message: { type: 'odd-audio', byteLength: 3 } },
    ]);
  });

  test('[CL7] audio has the rate of ready and the turn that started', () => {
    const started = text('{"t":"speech","role":"assistant","state":"started","turn":"a1"}');
    expect(play(opened, audio).effects).toEqual([
      { type: 'emit', frame: { type: 'audio', pcm: PCM, sampleRate: 24000, turn: undefined } },
    ]);
    expect(play(opened, text(READY), started, audio).effects).toEqual([
      { type: 'emit', frame: { type: 'audio', pcm: PCM, sampleRate: 16000, turn: 'a1' } },
    ]);
  });

  test('[CL7] a late stop of an earlier turn does not end the present one', () => {
    const { effects } = play(
      opened,
      text('{"t":"speech","role":"assistant","state":"started","turn":"a1"}'),
      text('{"t":"speech","role":"assistant","state":"started","turn":"a2"}'),
      text('{"t":"speech","role":"assistant","state":"stopped","turn":"a1"}'),
      audio,
    );
    expect(effects).toMatchObject([{ frame: { turn: 'a2' } }]);
  });

  test('[CL7] speech of the user says nothing about audio', () => {
    const { effects } = play(
      opened,
      text('{"t":"speech","role":"assistant","state":"started","turn":"a1"}'),
      text('{"t":"speech","role":"user","state":"started","turn":"u2"}'),
      audio,
    );
    expect(effects).toMatchObject([{ frame: { turn: 'a1' } }]);
  });
});

describe('interruption', () => {
  const marker = text('{"t":"interruption","at":"assistant","turn":"a1"}');

  test('[CL8] audio between interrupt and its marker is dropped', () => {
    expect(play(opened, interrupt, audio).effects).toEqual([
      { type: 'ignored', message: { type: 'interrupted-audio', byteLength: 4 } },
    ]);
    expect(play(opened, interrupt, marker, audio).effects).toMatchObject([{ type: 'emit', frame: { type: 'audio' } }]);
  });

  test('[CL8] two interrupts wait for two markers', () => {
    expect(play(opened, interrupt, interrupt, marker, audio).effects).toMatchObject([{ type: 'ignored' }]);
    expect(play(opened, interrupt, interrupt, marker, marker, audio).effects).toMatchObject([{ type: 'emit' }]);
  });

  test('[CL8] an interruption nobody asked for drops nothing that follows', () => {
    expect(play(opened, marker, audio).effects).toMatchObject([{ type: 'emit', frame: { type: 'audio' } }]);
    expect(play(opened, marker, interrupt, audio).effects).toMatchObject([{ type: 'ignored' }]);
  });

  test('[CL7] what follows an interruption is not of the turn that was cut', () => {
    const started = text('{"t":"speech","role":"assistant","state":"started","turn":"a1"}');
    expect(play(opened, started, marker, audio).effects).toMatchObject([{ frame: { type: 'audio', turn: undefined } }]);
  });

  test('[CL9] interrupt and interruption drop unread audio first', () => {
    expect(play(opened, interrupt).effects).toEqual([
      { type: 'send', frame: { t: 'interrupt' } },
      { type: 'drop-audio' },
    ]);
    expect(play(opened, marker).effects).toEqual([
      { type: 'drop-audio' },
      { type: 'emit', frame: { type: 'interruption', at: 'assistant', turn: 'a1' } },
    ]);
  });
});

describe('tool calls', () => {
  const call = text('{"t":"tool_call","callId":"c1","name":"get_weather","arguments":"{}"}');
  const done: SessionInput = { type: 'tool-done', callId: 'c1', output: '{"sky":"blue"}', failed: false };

  test('[CL12] a call of a tool with execute is shown and run', () => {
    const { state, effects } = play(opened, call);
    const frame = { type: 'tool_call', callId: 'c1', name: 'get_weather', arguments: '{}', automatic: true };
    expect(effects).toEqual([
      { type: 'emit', frame },
      { type: 'run-tool', call: frame },
    ]);
    expect(state).toMatchObject({ openToolCalls: new Map([['c1', 'get_weather']]) });
  });

  test('[CL12] its result is sent, then shown', () => {
    const { state, effects } = play(opened, call, done);
    expect(effects).toEqual([
      { type: 'send', frame: { t: 'tool_result', callId: 'c1', output: '{"sky":"blue"}' } },
      {
        type: 'emit',
        frame: { type: 'tool_result', callId: 'c1', name: 'get_weather', output: '{"sky":"blue"}', failed: false },
      },
    ]);
    expect(state).toMatchObject({ openToolCalls: new Map() });
  });

  test('[CL14] the application may answer first', () => {
    const answer: SessionInput = { type: 'send', frame: { t: 'tool_result', callId: 'c1', output: 'mine' } };
    expect(play(opened, call, answer).effects).toEqual([
      { type: 'send', frame: { t: 'tool_result', callId: 'c1', output: 'mine' } },
    ]);
    expect(play(opened, call, answer, done).effects).toEqual([]);
  });

  test('[CL2] a tool that finishes after the end answers nobody', () => {
    expect(play(opened, call, text('{"t":"end","reason":"duration_limit"}'), done).effects).toEqual([]);
  });
});

describe('a gateway that goes too far', () => {
  const call = (callId: string, name = 'get_weather'): SessionInput =>
    text(JSON.stringify({ t: 'tool_call', callId, name, arguments: '{}' }));
  const calls = (count: number, name?: string): SessionInput[] =>
    Array.from({ length: count }, (_, index) => call(`c${index}`, name));

  test('[CL27] of more than 1,000 calls that nobody answers the oldest is forgotten', () => {
    const { state, effects } = play(opened, ...calls(1_000, 'book'), call('one-more', 'book'));
    expect(effects).toMatchObject([{ type: 'emit', frame: { callId: 'one-more', automatic: false } }]);
    if (state.state === 'closed') throw new Error('It is closed.');
    const { openToolCalls: open } = state;
    expect([open.size, open.has('c0'), open.has('c1'), open.has('one-more')]).toEqual([1_000, false, true, true]);
  });

  test('[CL26] a text longer than any frame is passed over unread', () => {
    const frame = '{"t":"error","code":"PROVIDER_ERROR","message":"Slow."}';
    const padded = (length: number): SessionInput => text(frame.padEnd(length));
    expect(play(opened, padded(4_194_304)).effects).toMatchObject([{ type: 'emit', frame: { type: 'error' } }]);
    expect(play(opened, padded(4_194_305)).effects).toMatchObject([
      { type: 'ignored', message: { type: 'malformed-frame' } },
    ]);
  });

  test.each([0, 1, 7_999, 48_001, 1_000_000_000, 24_000.5])(
    '[CL26] ready with a rate of %d Hz is malformed',
    (rate) => {
      for (const name of ['inputSampleRate', 'outputSampleRate']) {
        const frame = JSON.stringify({ t: 'ready', inputSampleRate: 24_000, outputSampleRate: 24_000, [name]: rate });
        const { state, effects } = play(opened, text(frame));
        expect(effects).toEqual([{ type: 'ignored', message: { type: 'malformed-frame', text: frame } }]);
        expect(state.state).toBe('preparing');
      }
    },
  );

  test.each([8_000, 16_000, 24_000, 48_000])('[CL26] ready with a rate of %d Hz is not', (rate) => {
    const frame = JSON.stringify({ t: 'ready', inputSampleRate: rate, outputSampleRate: rate });
    expect(play(opened, text(frame)).state).toMatchObject({ state: 'open', outputSampleRate: rate });
  });

  test('[CL26] a frame has no fields by its prototype', () => {
    const { effects } = play(
      opened,
      text('{"t":"transcript","role":"user","text":"Hi","final":true,"__proto__":{"turn":7,"startMs":"soon"}}'),
    );
    const [effect] = effects;
    if (effect?.type !== 'emit') throw new Error('Nothing was emitted.');
    expect(Object.getPrototypeOf(effect.frame)).toBe(Object.prototype);
    expect(effect.frame).not.toHaveProperty('startMs');
    expect((effect.frame as { turn?: unknown }).turn).toBeUndefined();
  });

  test.each([
    [
      'nested 400,000 deep',
      `{"t":"usage","inputAudioTokens":1,"outputAudioTokens":1,"x":${'['.repeat(400_000)}${']'.repeat(400_000)}}`,
    ],
    ['of numbers beyond any', '{"t":"transcript","role":"user","text":"Hi","final":true,"startMs":1e999}'],
    ['of times before any', '{"t":"transcript","role":"user","text":"Hi","final":true,"startMs":-1}'],
    ['cut off', '{"t":"usage","inputAudioTokens":1,'],
    ['with a tag of every object', '{"t":"constructor"}'],
    ['with a tag that is none', '{"t":{"toString":"x"}}'],
  ])('[CL6, CL26] a frame %s disturbs nothing', (_, json) => {
    const { state } = play(opened, text(READY), text(json));
    expect(stepSession(state, text('{"t":"pong","id":3}')).effects).toEqual([{ type: 'pong', id: 3 }]);
  });

  test('[CL25] a call costs the same however many were answered before', () => {
    let state = play(opened, text(READY), ...calls(999, 'book')).state;
    const startedAtMs = performance.now();
    for (let index = 0; index < 100_000; index += 1) {
      state = stepSession(state, call(`later${index}`)).state;
      state = stepSession(state, { type: 'tool-done', callId: `later${index}`, output: '', failed: false }).state;
    }
    expect(state).toMatchObject({ openToolCalls: { size: 999 } });
    // Copying what is open would take two hundred million steps.
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });
});
