import { makeSpeechSample } from '@speko/adapter-testkit';
import { describe, expect, test } from 'vitest';
import { append, type Message, openSimulator, typed, types, upgrade, VAD } from './__fixtures__/open-simulator.ts';
import { createXaiSimulator } from './create-xai-simulator.ts';
import type { XaiSimulatorOptions } from './simulator-options.ts';

const SPEECH = makeSpeechSample(24_000);
const SILENCE = new Uint8Array(24_000);
const CREATE = { type: 'response.create' };
const errorOf = (messages: readonly Message[]) => messages.find(({ type }) => type === 'error');

describe('[XAI43] an upgrade', () => {
  const simulator = createXaiSimulator();
  test.each([
    ['without a key', { key: undefined }, 401],
    ['with a wrong key', { key: 'invalid-key' }, 400],
    ['of an empty account', { key: 'no-credit' }, 402],
    ['that asks for it', { key: 'http-503' }, 503],
    ['elsewhere', { url: '/v1/chat' }, 404],
  ])('%s is refused, in two plain strings', (_name, request, status) => {
    const answer = simulator.upgrade(upgrade(request));
    expect(answer).toMatchObject({ type: 'refuse', status });
    const body: unknown = JSON.parse(answer.type === 'refuse' ? answer.body : '');
    expect(body).toEqual({ code: expect.any(String), error: expect.any(String) });
  });

  test('is accepted with a key, with the secret of a browser, or with any as the option says', () => {
    expect(simulator.upgrade(upgrade({}))).toEqual({ type: 'accept' });
    const protocols = ['xai-client-secret.abc'];
    expect(simulator.upgrade(upgrade({ key: undefined, protocols }))).toEqual({
      type: 'accept',
      protocol: 'xai-client-secret.abc',
    });
    expect(createXaiSimulator({ refuseWithStatus: 429 }).upgrade(upgrade({}))).toMatchObject({ status: 429 });
  });
});

describe('[XAI44] a session', () => {
  test('greets with itself, its conversation and a ping', () => {
    const { first } = openSimulator();
    expect(first).toMatchObject([
      {
        type: 'session.created',
        session: { model: 'grok-voice-3.0', voice: 'xai_ara', turn_detection: { type: null } },
      },
      { type: 'conversation.created', conversation: { id: 'conv-779af966' } },
      { type: 'ping', timestamp: 0 },
    ]);
  });

  test('puts another model in the place of one it does not know, and says so', () => {
    const { first } = openSimulator({}, { url: '/v1/realtime?model=grok-9' });
    expect(first[0]?.['session']).toMatchObject({ model: 'grok-voice-3.0' });
    expect(openSimulator({}, { url: '/v1/realtime?model=grok-voice-latest' }).first[0]?.['session']).toMatchObject({
      model: 'grok-voice-latest',
    });
  });

  test('echoes an update oddly: without a voice, with tools nested, with fields nobody sent', () => {
    const [message] = openSimulator().configure({
      type: 'realtime',
      temperature: 0.7,
      voice: 'leo',
      turn_detection: { type: null },
      tools: [{ type: 'function', name: 'berth_status', parameters: {} }],
    });
    expect(message?.['type']).toBe('session.updated');
    expect(message?.['session']).toMatchObject({
      turn_detection: {},
      temperature: -1,
      tools: [{ type: 'function', function: { name: 'berth_status', parameters: {} } }],
      input_audio_format: 'not specified',
    });
    expect(message?.['session']).not.toHaveProperty('voice');
    expect(message?.['session']).not.toHaveProperty('id');
  });

  test('with the fault voice-echo names the voice that speaks instead of an unknown one', () => {
    const { configure } = openSimulator({ faults: ['voice-echo'] });
    expect(configure({ voice: 'Leo' })[0]?.['session']).toMatchObject({ voice: 'leo' });
    expect(configure({ voice: 'nobody' })[0]?.['session']).toMatchObject({ voice: 'ara' });
  });

  test.each([
    [{ audio: { input: { format: { type: 'audio/opus' } } } }, 'invalid_audio_format'],
    [{ audio: { output: { format: { type: 'audio/pcm', rate: 11_025 } } } }, 'invalid_audio_format'],
    [{ turn_detection: { type: 'server_vad', threshold: 0.95 } }, 'invalid_value'],
    [{ audio: { output: { speed: 3 } } }, 'invalid_value'],
  ])('refuses %j and changes nothing', (session, code) => {
    expect(openSimulator().configure(session)).toMatchObject([{ type: 'error', error: { code } }]);
  });

  test.each([
    [['conversation-first'], ['conversation.created', 'session.created', 'ping']],
    [['no-session-created'], ['conversation.created', 'ping']],
  ] as const)('greets otherwise with the fault %s', (faults, expected) => {
    expect(types(openSimulator({ faults }).first)).toEqual(expected);
  });
});

test('[XAI45] audio at two rates in one turn is a flat internal_error', () => {
  const { configure, send } = openSimulator();
  send(append(SPEECH));
  configure({ audio: { input: { format: { type: 'audio/pcm', rate: 16_000 } } } });
  expect(send(append(SPEECH))).toMatchObject([
    {
      type: 'error',
      code: 'internal_error',
      message: 'ValueError',
      params: 'Multiple frame rates in one turn: 24000, 16000',
    },
  ]);
  expect(send(append(SPEECH))).toEqual([]);
});

describe('[XAI46] a turn of the user', () => {
  const TRANSCRIPTION = { audio: { input: { transcription: { model: 'grok-transcribe' } } } };
  const speak = (options: XaiSimulatorOptions = {}) => {
    const simulator = openSimulator(options);
    simulator.configure({ ...VAD, ...TRANSCRIPTION });
    return { ...simulator, said: [...simulator.send(append(SPEECH)), ...simulator.send(append(SILENCE))] };
  };

  test('is found by its sound, transcribed in part, committed, and answered', () => {
    const { said, wait } = speak();
    expect(types(said)).toEqual([
      'input_audio_buffer.speech_started',
      'conversation.item.added',
      'conversation.item.input_audio_transcription.updated',
      'conversation.item.input_audio_transcription.completed',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'response.created',
    ]);
    expect(said[3]).toMatchObject({ transcript: 'simulated: 1.2', status: 'in_progress' });
    expect(wait(60).messages).toMatchObject([{ transcript: 'simulated: 1.2 s of speech', status: 'completed' }]);
  });

  test('ends by hand without an answer of its own', () => {
    const { configure, send, wait } = openSimulator();
    configure({ turn_detection: { type: null } });
    expect(send(append(SPEECH))).toEqual([]);
    expect(types(send({ type: 'input_audio_buffer.commit' }))).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
    ]);
    expect(types(wait(1000).messages)).toEqual(['conversation.item.input_audio_transcription.completed']);
    expect(types(send(CREATE))).toEqual(['response.created']);
  });

  test('is not committed by hand while the vendor does it, nor when it is too short', () => {
    const { configure, send } = openSimulator();
    configure(VAD);
    expect(errorOf(send({ type: 'input_audio_buffer.commit' }))).toMatchObject({ error: { code: 'invalid_value' } });
    configure({ turn_detection: null });
    expect(errorOf(send({ type: 'input_audio_buffer.commit' }))).toBeDefined();
    send(append(SPEECH));
    expect(types(send({ type: 'input_audio_buffer.clear' }))).toEqual(['input_audio_buffer.cleared']);
    expect(errorOf(send({ type: 'input_audio_buffer.commit' }))).toBeDefined();
  });

  test('goes on under its item with the fault continued-items, and the response is dropped without a word', () => {
    const { said, send, wait } = speak({ faults: ['continued-items'] });
    const [first] = said;
    const again = [...send(append(SPEECH)), ...send(append(SILENCE))];
    expect(types(again)).toEqual([
      'input_audio_buffer.speech_started',
      'conversation.item.input_audio_transcription.updated',
      'conversation.item.input_audio_transcription.completed',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'response.created',
    ]);
    expect(again[0]).toMatchObject({ item_id: first?.['item_id'] });
    const { messages } = wait(5000);
    expect(messages.filter(({ type }) => type === 'response.done')).toHaveLength(1);
    expect(messages.filter(({ type }) => String(type).endsWith('transcription.completed')).at(-1)).toMatchObject({
      item_id: first?.['item_id'],
      transcript: 'simulated: 2.4 s of speech',
    });
  });

  test.each([
    ['speech-started-twice', 'input_audio_buffer.speech_started', 2],
    ['growing-transcripts', 'conversation.item.input_audio_transcription.completed', 3],
    ['no-transcripts', 'conversation.item.input_audio_transcription.completed', 0],
  ] as const)('with the fault %s has so many %s: %i', (fault, type, count) => {
    const { said, wait } = speak({ faults: [fault] });
    expect([...said, ...wait(500).messages].filter((message) => message['type'] === type)).toHaveLength(count);
  });
});

describe('[XAI47] a response', () => {
  test('comes in the order of the live service, with its oddities', () => {
    const { configure, send, wait } = openSimulator({ reply: () => ({ text: 'Every hour.' }) });
    configure();
    send(typed('When does the ferry run?'));
    const [start] = send({ ...CREATE, response: { metadata: { client_event_id: 'mine' } } });
    expect(start?.['response']).toMatchObject({
      status_details: 'unimplemented',
      usage: {},
      metadata: { client_event_id: 'mine' },
    });
    const { messages } = wait(1000);
    const order = types(messages).filter((type, index, all) => type !== all[index - 1]);
    expect(order.slice(0, 3)).toEqual([
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
    ]);
    expect(order.slice(-5)).toEqual([
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_audio.done',
      'response.output_item.done',
      'response.done',
    ]);
    expect(messages.find(({ type }) => type === 'response.content_part.added')).toMatchObject({
      previous_item_id: '0',
    });
    expect(messages.find(({ type }) => type === 'response.content_part.done')).not.toHaveProperty('part');
    expect(messages.at(-1)).toMatchObject({
      response: { status: 'completed', usage: {} },
      usage: {
        input_token_details: { text_tokens: 6, audio_tokens: 0 },
        output_token_details: { audio_tokens: 33 },
        output_audio_seconds: 0.66,
        billable_audio_seconds: 1,
      },
    });
  });

  test('has audio at the rate that was asked for', () => {
    for (const [rate, bytes] of [
      [8000, 10_560],
      [24_000, 31_680],
      [48_000, 63_360],
    ] as const) {
      const { configure, send, wait } = openSimulator({ reply: () => ({ text: 'Every hour.' }) });
      configure({ audio: { output: { format: { type: 'audio/pcm', rate } } } });
      send(CREATE);
      const audio = wait(1000).messages.filter(({ type }) => type === 'response.output_audio.delta');
      const sizes = audio.map(({ delta }) => Buffer.from(String(delta), 'base64').byteLength);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
      const durationMs = audio.reduce((sum, message) => sum + Number(message['audio_duration_ms']), 0);
      expect(durationMs).toBeGreaterThan(655);
    }
  });

  test('calls functions in the role of a tool here and of the user there, and takes their results', () => {
    const { configure, send, wait } = openSimulator({ callTools: 'on-request' });
    configure({ tools: [{ type: 'function', function: { name: 'berth_status', parameters: {} } }] });
    send(typed('Use berth_status.'));
    send(CREATE);
    const { messages } = wait(1000);
    const item = (type: string) => messages.find((message) => message['type'] === type)?.['item'];
    expect(item('conversation.item.added')).toMatchObject({ type: 'function_call', role: 'tool' });
    expect(item('response.output_item.done')).toMatchObject({ type: 'function_call', role: 'user', arguments: '{}' });
    const call = messages.find(({ type }) => type === 'response.function_call_arguments.done');
    expect(call).toMatchObject({ name: 'berth_status', call_id: expect.stringMatching(/^call-.*-0$/) });
    const output = { type: 'function_call_output', call_id: call?.['call_id'], output: 'free' };
    expect(send({ type: 'conversation.item.create', item: output })).toMatchObject([
      { type: 'conversation.item.added', item: { role: 'tool', output: 'free' } },
    ]);
    send(CREATE);
    const words = wait(3000).messages.filter(({ type }) => type === 'response.output_audio_transcript.delta');
    expect(words.map(({ delta }) => delta).join('')).toBe('simulated: berth_status answered free');
  });

  test('is not begun while another runs, nor with too much metadata', () => {
    const { send } = openSimulator();
    const metadata = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v']));
    expect(errorOf(send({ ...CREATE, response: { metadata } }))).toBeDefined();
    send(CREATE);
    expect(errorOf(send(CREATE))).toMatchObject({ error: { code: 'conversation_already_has_active_response' } });
  });

  test('speaks a forced message word for word, deaf to the user where it may not be interrupted', () => {
    const { configure, send, wait } = openSimulator();
    configure(VAD);
    const item = {
      type: 'force_message',
      interruptible: false,
      content: [{ type: 'output_text', text: 'Fog warning in effect.' }],
    };
    expect(send({ type: 'conversation.item.create', item })).toMatchObject([
      { type: 'response.created', response: { metadata: null } },
    ]);
    expect(send(append(SPEECH))).toEqual([]);
    expect(wait(3000).messages.find(({ type }) => type === 'response.output_audio_transcript.done')).toMatchObject({
      transcript: 'Fog warning in effect.',
    });
  });
});

describe('[XAI48] a cancel', () => {
  const begin = (options: XaiSimulatorOptions = {}) => {
    const simulator = openSimulator({ reply: () => ({ text: 'A long answer about tides and moons.' }), ...options });
    simulator.configure(VAD);
    simulator.send(CREATE);
    simulator.wait(200);
    return simulator;
  };

  test('lets a little through, then ends the response as cancelled', () => {
    const messages = begin().send({ type: 'response.cancel' });
    expect(types(messages).slice(0, 2)).toEqual(['response.output_audio.delta', 'response.output_audio.delta']);
    expect(messages.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'cancelled' } });
  });

  test('by the user’s voice does the same', () => {
    const messages = begin().send(append(SPEECH));
    expect(types(messages)[0]).toBe('input_audio_buffer.speech_started');
    expect(messages.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'cancelled' } });
  });

  test('of nothing is an error without a code', () => {
    const [error] = openSimulator().send({ type: 'response.cancel' });
    expect(error?.['error']).toEqual({
      type: 'invalid_request_error',
      message: 'Cancellation failed: no active response found',
    });
  });

  test('with the fault late-deltas is followed by deltas 200 ms later', () => {
    const { send, wait } = begin({ faults: ['late-deltas'] });
    expect(send({ type: 'response.cancel' })).toEqual([]);
    expect(wait(199).messages).toEqual([]);
    expect(types(wait(1).messages)).toContain('response.output_audio.delta');
  });

  test.each([
    ['done-missing', []],
    ['cancelled-event', ['response.cancelled']],
  ] as const)('with the fault %s is confirmed by %j', (fault, expected) => {
    const messages = begin({ faults: [fault] }).send({ type: 'response.cancel' });
    expect(types(messages).filter((type) => /done|cancelled/.test(type) && !/_/.test(type))).toEqual(expected);
  });
});

describe('[XAI70] what clients write', () => {
  const message = (id: string | null) => ({
    type: 'conversation.item.create',
    previous_item_id: 'root',
    item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Tea?' }] },
  });

  test('an item keeps the id of the client, once', () => {
    const { send } = openSimulator();
    expect(send(message('item_mine'))).toMatchObject([
      { type: 'conversation.item.added', item: { id: 'item_mine', content: [{ text: 'Tea?' }] } },
    ]);
    expect(errorOf(send(message('item_mine')))).toMatchObject({ error: { code: 'invalid_value' } });
    send({ type: 'conversation.item.delete', item_id: 'item_mine' });
    expect(types(send(message('item_mine')))).toEqual(['conversation.item.added']);
    const [own] = send(message(null));
    expect(own).toMatchObject({ item: { id: expect.stringMatching(/^item-/) as unknown } });
  });

  test('a result keeps it, too', () => {
    const item = { id: 'item_result', type: 'function_call_output', call_id: 'call-1', output: '4' };
    expect(openSimulator().send({ type: 'conversation.item.create', item })).toMatchObject([
      { item: { id: 'item_result', role: 'tool' } },
    ]);
  });

  test('null is nothing', () => {
    const { configure, send, wait } = openSimulator();
    const vad = { type: 'server_vad', threshold: null, silence_duration_ms: null, idle_timeout_ms: null };
    const input = { format: { type: 'audio/pcm', rate: null }, transcription: null };
    const session = { voice: null, instructions: null, tools: null, resumption: null, reasoning: null };
    expect(configure({ ...session, turn_detection: vad, audio: { input, output: null } })).toMatchObject([
      { type: 'session.updated', session: { turn_detection: { threshold: 0.85, silence_duration_ms: 500 } } },
    ]);
    send(message('item_mine'));
    send({ type: 'response.create', response: { instructions: null, metadata: { client_event_id: 'mine' } } });
    const { messages } = wait(4000);
    expect(messages.find(({ type }) => type === 'response.output_audio_transcript.done')).toMatchObject({
      transcript: 'simulated: you wrote "Tea?"',
    });
    expect(errorOf(send({ type: 'response.cancel', response_id: null }))).toMatchObject({
      error: { message: 'Cancellation failed: no active response found' },
    });
  });
});

describe('[XAI49] items', () => {
  test('are truncated to the words that were heard, or silently not at all', () => {
    for (const faults of [[], ['truncate-ignored']] as const) {
      const { send, wait } = openSimulator({ faults, reply: () => ({ text: 'The tide turns at noon.' }) });
      send(CREATE);
      const { messages } = wait(3000);
      const added = messages.find(({ type }) => type === 'response.output_audio_transcript.done');
      const cut = {
        type: 'conversation.item.truncate',
        item_id: added?.['item_id'],
        content_index: 0,
        audio_end_ms: 840,
      };
      expect(send(cut)).toMatchObject(
        faults.length > 0
          ? []
          : [{ type: 'conversation.item.truncated', audio_end_ms: 840, transcript: 'The tide turns' }],
      );
      expect(send({ type: 'conversation.item.delete', item_id: added?.['item_id'] })).toMatchObject([
        { type: 'conversation.item.deleted', item_id: '' },
      ]);
      expect(errorOf(send(cut))).toMatchObject({ error: { code: 'invalid_value' } });
    }
  });

  test.each([
    '{"type":"conversation.item.retrieve","item_id":"x"}',
    '{"type":"output_audio_buffer.clear"}',
    '{"type":',
    '7',
  ])('and messages that there are not: %s', (text) => {
    const simulator = createXaiSimulator();
    const connection = simulator.connect(upgrade({}), 0);
    connection.open(0);
    const frames = connection.receive(text, 0).frames.map((frame) => JSON.parse(String(frame)) as Message);
    expect(frames).toMatchObject([{ type: 'error', error: { type: 'invalid_event' } }]);
  });
});

describe('[XAI50] a conversation', () => {
  const talk = () => {
    const first = openSimulator({ callTools: 'on-request' });
    first.configure({ resumption: { enabled: true } });
    first.send(typed('Hello.'));
    first.send(CREATE);
    first.wait(5000);
    return first;
  };
  const url = '/v1/realtime?model=grok-voice-3.0&conversation_id=conv-779af966';

  test('is replayed with new ids between the greeting and session.updated', () => {
    const { simulator } = talk();
    const second = openSimulator({ simulator, atMs: 60_000 }, { url });
    expect(second.first[1]).toMatchObject({ conversation: { id: 'conv-779af966' } });
    const messages = second.configure({ resumption: { enabled: true } });
    expect(messages).toMatchObject([
      { type: 'conversation.item.added', item: { role: 'user', replayed: true } },
      { type: 'conversation.item.added', item: { role: 'assistant', replayed: true, content: [{ type: 'text' }] } },
      { type: 'session.updated' },
    ]);
    second.send(typed('And now?'));
    expect(types(second.send(CREATE))).toEqual(['response.created']);
  });

  test('is forgotten after half an hour, and never kept where nobody asked for it', () => {
    const { simulator } = talk();
    const late = openSimulator({ simulator, atMs: 31 * 60_000 }, { url });
    expect(late.first[1]).not.toMatchObject({ conversation: { id: 'conv-779af966' } });
    const unkept = openSimulator();
    unkept.configure();
    const other = openSimulator({ simulator: unkept.simulator, atMs: 1000 }, { url });
    expect(other.first[1]).not.toMatchObject({ conversation: { id: 'conv-779af966' } });
  });
});

describe('[XAI51] faults, by option or by the name of the model', () => {
  const answer = (options: XaiSimulatorOptions, model = 'grok-voice-latest') => {
    const simulator = openSimulator(
      {
        reply: () => ({ text: 'A long answer about tides.', tools: [{ name: 'berth_status', arguments: {} }] }),
        ...options,
      },
      { url: `/v1/realtime?model=${model}` },
    );
    const before = simulator.send(CREATE);
    const { messages, end } = simulator.wait(5000);
    return { messages: [...before, ...messages], end };
  };

  test.each([
    ['drop', { type: 'drop' }],
    ['close-1001', { type: 'close', code: 1001, reason: '' }],
    ['close-1011', { type: 'close', code: 1011, reason: 'Internal server error' }],
    ['max-duration', { type: 'close', code: 1000, reason: '' }],
    ['stall', undefined],
  ] as const)('%s', (fault, end) => {
    expect(answer({ faults: [fault] }).end).toEqual(end);
    const byModel = answer({}, `grok-voice-latest-fault-${fault}`);
    expect(byModel.end).toEqual(end);
    expect(byModel.messages.some(({ type }) => type === 'response.done')).toBe(fault === 'max-duration');
  });

  test('are told by what is sent', () => {
    const sent = (fault: NonNullable<XaiSimulatorOptions['faults']>[number]) =>
      types(answer({ faults: [fault] }).messages);
    expect(sent('beta-names')).toContain('response.audio.delta');
    expect(sent('unknown-events')).toContain('response.mood.updated');
    expect(sent('binary-audio')).toContain('binary');
    expect(sent('mcp-call')).toContain('response.mcp_call.completed');
    expect(sent('done-missing')).not.toContain('response.done');
    expect(sent('internal-error').at(-1)).toBe('error');
    expect(sent('no-answer')).toEqual([]);
    expect(answer({ faults: ['usage-missing'] }).messages.at(-1)).not.toHaveProperty('usage');
    const names = answer({ faults: ['server-tool'] }).messages.flatMap((message) => message['name'] ?? []);
    expect(names).toEqual(['x_keyword_search', 'berth_status']);
    expect(openSimulator({ faults: ['flat-errors'] }).send({ type: 'response.cancel' })).toMatchObject([
      { type: 'error', message: 'ValueError', params: 'Cancellation failed: no active response found' },
    ]);
  });
});

describe('[XAI52] the session is limited', () => {
  test('in length, which is told before the close', () => {
    const { wait } = openSimulator({ sessionMaxAgeMs: 60_000, pingIntervalMs: 1e9 });
    const { messages, end } = wait(60_000);
    expect(messages).toMatchObject([{ type: 'error', error: { type: 'max_duration' } }]);
    expect(end).toEqual({ type: 'close', code: 1000, reason: '' });
  });

  test('in silence, from the last audio on', () => {
    const { configure, send, wait } = openSimulator({ inactivityMs: 60_000, pingIntervalMs: 1e9 });
    configure();
    wait(50_000);
    send(append(SPEECH));
    expect(wait(59_999).end).toBeUndefined();
    expect(wait(1).end).toMatchObject({ code: 1001, reason: expect.stringContaining('inactivity') });
  });

  test('while pings come at their interval', () => {
    expect(types(openSimulator({ pingIntervalMs: 10_000 }).wait(30_000).messages)).toEqual(['ping', 'ping', 'ping']);
  });
});

test('[XAI53] the same messages at the same times are answered with the same messages', () => {
  const run = () => {
    const { configure, first, send, wait } = openSimulator();
    return [first, configure(VAD), send(append(SPEECH)), send(append(SILENCE)), wait(5000)];
  };
  expect(run()).toEqual(run());
});
