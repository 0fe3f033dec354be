import type { SimulatedUpgrade } from '@speko/simulator-kit';
import { describe, expect, test } from 'vitest';
import { type Message, openSimulator, read, type Request, typed, upgrade } from './__fixtures__/open-simulator.ts';
import { createOpenAISimulator } from './create-openai-simulator.ts';
import type { OpenAISimulatorOptions } from './simulator-options.ts';

const MANUAL = { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } };

describe('the upgrade and the first messages', () => {
  test('[OAI42] a good key and model open a session with the defaults of the vendor', () => {
    const { first } = openSimulator();
    expect(first).toEqual([
      {
        type: 'session.created',
        event_id: 'event_sim000001',
        session: expect.objectContaining({
          type: 'realtime',
          object: 'realtime.session',
          id: 'sess_sim000001',
          model: 'gpt-realtime-2.1',
          expires_at: 1_795_003_600,
        }) as unknown,
      },
    ]);
    expect(first[0]).toHaveProperty('session.audio.input.turn_detection.silence_duration_ms', 200);
    expect(first[0]).toHaveProperty('session.audio.input.transcription', null);
  });

  test.each([
    ['a wrong key', { key: 'invalid-key' }, 'invalid_request_error', 'invalid_api_key', 3000],
    ['no key', { key: undefined }, 'invalid_request_error', 'invalid_api_key', 3000],
    ['a closed account', { key: 'deactivated' }, 'invalid_request_error', 'account_deactivated', 3000],
    ['an empty account', { key: 'no-credit' }, 'insufficient_quota', 'credit_balance_exhausted', 1013],
    ['no model', { url: '/v1/realtime' }, 'invalid_request_error', 'missing_model', 4000],
    ['an unknown model', { url: '/v1/realtime?model=unknown-1' }, 'invalid_request_error', 'model_not_found', 4004],
    [
      'the beta header',
      { headers: { 'openai-beta': 'realtime=v1' } },
      'invalid_request_error',
      'beta_api_shape_disabled',
      4000,
    ],
  ])('[OAI43] %s is accepted, told and closed', (_name, request, type, code, closeCode) => {
    const { first, end } = openSimulator({}, request);
    expect(first).toMatchObject([{ type: 'error', error: { type, code, event_id: null } }]);
    expect(end).toEqual({ type: 'close', code: closeCode, reason: `${type}.${code}` });
  });

  test('[OAI43] an upgrade is refused by option, by key, and elsewhere than at the endpoint', () => {
    const refused = (options: OpenAISimulatorOptions, request: Partial<Request>) =>
      createOpenAISimulator(options).upgrade(upgrade(request));
    expect(refused({ refuseWithStatus: 500 }, {})).toMatchObject({ type: 'refuse', status: 500 });
    expect(refused({}, { key: 'http-429' })).toMatchObject({ type: 'refuse', status: 429 });
    expect(refused({}, { url: '/v1/other' })).toMatchObject({ type: 'refuse', status: 404 });
    expect(refused({}, {})).toEqual({ type: 'accept' });
  });

  test('[OAI42] the key may come as a header of Azure or as the subprotocol of a browser', () => {
    const simulator = createOpenAISimulator();
    const browser: SimulatedUpgrade = {
      url: '/v1/realtime?model=m',
      headers: {},
      protocols: ['realtime', 'openai-insecure-api-key.test-key'],
    };
    expect(simulator.upgrade(browser)).toEqual({ type: 'accept', protocol: 'realtime' });
    expect(simulator.connect(browser, 0).open(0).end).toBeUndefined();
    const azure: SimulatedUpgrade = { url: '/openai/v1/realtime?model=m', headers: { 'api-key': 'k' }, protocols: [] };
    expect(simulator.connect(azure, 0).open(0).end).toBeUndefined();
  });
});

describe('[OAI44] messages that are wrong are refused in the words of the vendor', () => {
  test.each<[string, Message, Message]>([
    [
      'an unknown type',
      { type: 'session.start' },
      {
        code: 'invalid_value',
        param: 'type',
        message: expect.stringContaining("'session.start'. Supported values are: 'session.update',"),
      },
    ],
    ['no type', { event: 1 }, { code: 'missing_required_parameter', param: 'type' }],
    ['an event only WebRTC has', { type: 'output_audio_buffer.clear' }, { code: 'invalid_value', param: 'type' }],
    ['an unknown field', { type: 'response.cancel', reason: 'x' }, { code: 'unknown_parameter', param: 'reason' }],
    [
      'a setting that is gone',
      { type: 'session.update', session: { type: 'realtime', temperature: 0.8 } },
      { code: 'unknown_parameter', param: 'session.temperature', message: "Unknown parameter: 'session.temperature'." },
    ],
    [
      'an unknown nested setting',
      {
        type: 'session.update',
        session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', patience: 1 } } } },
      },
      { code: 'unknown_parameter', param: 'session.audio.input.turn_detection.patience' },
    ],
    [
      'an unknown key of a tool',
      { type: 'session.update', session: { type: 'realtime', tools: [{ type: 'function', name: 'a', strict: true }] } },
      { code: 'unknown_parameter', param: 'session.tools[0].strict' },
    ],
    [
      'a session without its type',
      { type: 'session.update', session: { instructions: 'x' } },
      { code: 'missing_required_parameter', param: 'session.type' },
    ],
    [
      'both modalities',
      { type: 'session.update', session: { type: 'realtime', output_modalities: ['audio', 'text'] } },
      { code: 'invalid_value', param: 'session.output_modalities' },
    ],
    [
      'another model',
      { type: 'session.update', session: { type: 'realtime', model: 'gpt-realtime-1.5' } },
      { code: 'invalid_value', param: 'session.model' },
    ],
    [
      'a rate that is not offered',
      {
        type: 'session.update',
        session: { type: 'realtime', audio: { input: { format: { type: 'audio/pcm', rate: 16000 } } } },
      },
      { code: 'invalid_value', param: 'session.audio.input.format.rate' },
    ],
    [
      'a field of the wrong type',
      { type: 'session.update', session: { type: 'realtime', instructions: 7 } },
      { code: 'invalid_type', param: 'session.instructions' },
    ],
    [
      'an id that is too long',
      { type: 'conversation.item.create', item: { type: 'message', role: 'user', id: 'x'.repeat(33), content: [] } },
      { code: 'string_above_max_length', param: 'item.id' },
    ],
    [
      'audio of the assistant',
      {
        type: 'conversation.item.create',
        item: { type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: 'AAAA' }] },
      },
      { code: 'missing_required_parameter', param: 'item.content[0].text' },
    ],
    [
      'a result without its call',
      { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_9', output: '1' } },
      { code: 'invalid_value', param: 'item.call_id' },
    ],
    [
      'an item after one that is not there',
      {
        type: 'conversation.item.create',
        previous_item_id: 'nowhere',
        item: { type: 'message', role: 'user', content: [] },
      },
      { code: 'invalid_value', param: 'previous_item_id' },
    ],
    ['half a sample', { type: 'input_audio_buffer.append', audio: 'AAAA' }, { code: 'invalid_value', param: 'audio' }],
    ['no base64', { type: 'input_audio_buffer.append', audio: '!!' }, { code: 'invalid_value', param: 'audio' }],
    ['an empty commit', { type: 'input_audio_buffer.commit' }, { code: 'input_audio_buffer_commit_empty' }],
    ['a cancel without a response', { type: 'response.cancel' }, { code: 'response_cancel_not_active' }],
    [
      'a truncation of nothing',
      { type: 'conversation.item.truncate', item_id: 'nowhere', content_index: 0, audio_end_ms: 0 },
      { code: 'item_truncate_invalid_item_id' },
    ],
    [
      'a deletion of nothing',
      { type: 'conversation.item.delete', item_id: 'nowhere' },
      { code: 'item_delete_invalid_item_id' },
    ],
    [
      'a look at nothing',
      { type: 'conversation.item.retrieve', item_id: 'nowhere' },
      { code: 'item_retrieve_invalid_item_id' },
    ],
  ])('%s', (_name, message, error) => {
    const { send } = openSimulator();
    expect(send({ event_id: 'mine-1', ...message })).toMatchObject([
      { type: 'error', error: { type: 'invalid_request_error', event_id: 'mine-1', ...error } },
    ]);
    expect(send(MANUAL)).toMatchObject([{ type: 'session.updated' }]);
  });

  test('text that is no JSON, and binary messages', () => {
    const { connection } = openSimulator();
    expect(read(connection.receive('{"type":', 0).frames)).toMatchObject([{ error: { code: 'invalid_json' } }]);
    expect(read(connection.receive(new Uint8Array(4), 0).frames)).toMatchObject([{ error: { code: 'invalid_event' } }]);
  });
});

describe('the session', () => {
  test('[OAI45] an update changes what it names and nothing else, or nothing at all', () => {
    const { send } = openSimulator();
    const [updated] = send({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'Tea.', audio: { output: { voice: 'cedar' } } },
    });
    expect(updated).toMatchObject({
      type: 'session.updated',
      session: { instructions: 'Tea.', audio: { output: { voice: 'cedar', speed: 1, format: { type: 'audio/pcm' } } } },
    });
    send({ type: 'session.update', session: { type: 'realtime', instructions: 'Coffee.', modalities: ['audio'] } });
    expect(send(MANUAL)[0]).toMatchObject({
      session: { instructions: 'Tea.', audio: { input: { turn_detection: null } } },
    });
  });

  test('[OAI45] the voice stays once it was heard, and reasoning needs a model for it', () => {
    const spoken = openSimulator();
    spoken.send(typed('Hello.'));
    spoken.send({ type: 'response.create' });
    spoken.wait(4000);
    const voice = { type: 'session.update', session: { type: 'realtime', audio: { output: { voice: 'sage' } } } };
    expect(spoken.send(voice)).toMatchObject([{ error: { code: 'cannot_update_voice' } }]);
    const reasoning = { type: 'session.update', session: { type: 'realtime', reasoning: { effort: 'low' } } };
    expect(openSimulator().send(reasoning)).toMatchObject([{ type: 'session.updated' }]);
    expect(openSimulator({}, { url: '/v1/realtime?model=gpt-realtime-1.5' }).send(reasoning)).toMatchObject([
      { type: 'error' },
    ]);
  });

  test('[OAI70] a null takes a setting back where clients write one', () => {
    const { send } = openSimulator();
    const set = { reasoning: { effort: 'low' }, max_output_tokens: 100, truncation: 'disabled', tracing: 'auto' };
    send({ type: 'session.update', session: { type: 'realtime', ...set } });
    const nothing = { reasoning: null, max_output_tokens: null, truncation: null, tracing: null };
    const [updated] = send({ type: 'session.update', session: { type: 'realtime', ...nothing } });
    expect(updated?.['session']).toMatchObject({ max_output_tokens: 'inf', truncation: 'auto', tracing: null });
    expect(updated?.['session']).not.toHaveProperty('reasoning');
  });

  test('[OAI70] a null among the parameters of a response is no instruction of its own', () => {
    const { send, wait } = openSimulator();
    send(typed('Hello.'));
    send({ type: 'response.create', response: { instructions: null, metadata: { client_event_id: 'mine' } } });
    const { messages } = wait(4000);
    expect(messages.find(({ type }) => type === 'response.output_audio_transcript.done')).toMatchObject({
      transcript: 'simulated: you wrote "Hello."',
    });
    expect(messages.find(({ type }) => type === 'response.done')).toMatchObject({
      response: { metadata: { client_event_id: 'mine' } },
    });
    expect(send({ type: 'response.create', response: { tools: null } })).toMatchObject([
      { error: { code: 'invalid_type', param: 'response.tools' } },
    ]);
  });

  test('[OAI45] its time is limited', () => {
    const { wait, connection } = openSimulator({ sessionMaxAgeMs: 60_000 });
    expect(connection.wakeAtMs).toBe(60_000);
    const { messages, end } = wait(60_000);
    expect(messages).toMatchObject([{ type: 'error', error: { code: 'session_expired' } }]);
    expect(end).toEqual({ type: 'close', code: 1001, reason: 'Your session hit the maximum duration of 60 minutes.' });
    expect(connection.wakeAtMs).toBeUndefined();
  });
});

describe('items', () => {
  test('[OAI50] are appended, put first, put after another, looked at and deleted', () => {
    const { send } = openSimulator();
    const previous = (id: string, previousItemId?: string) =>
      send({
        type: 'conversation.item.create',
        ...(previousItemId === undefined ? {} : { previous_item_id: previousItemId }),
        item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] },
      })[0]?.['previous_item_id'];
    expect([previous('a'), previous('b'), previous('c', 'root'), previous('d', 'a')]).toEqual([null, 'a', null, 'a']);
    expect(send({ type: 'conversation.item.retrieve', item_id: 'd' })).toMatchObject([{ item: { id: 'd' } }]);
    expect(send({ type: 'conversation.item.delete', item_id: 'd' })).toMatchObject([
      { type: 'conversation.item.deleted' },
    ]);
    expect(send({ type: 'conversation.item.delete', item_id: 'd' })).toMatchObject([{ type: 'error' }]);
    const again = { type: 'message', id: 'a', role: 'user', content: [] };
    expect(send({ type: 'conversation.item.create', item: again })).toMatchObject([
      { error: { code: 'item_create_duplicate_item_id', param: 'item.id' } },
    ]);
  });

  test('[OAI51] are truncated within their audio, and only where they have some', () => {
    const { send, wait } = openSimulator({ reply: () => ({ text: 'Tea.', audio: new Int16Array(24_000) }) });
    send(typed('Hello.', 'mine'));
    send({ type: 'response.create' });
    const item = wait(3000).messages.find((message) => message['type'] === 'response.output_audio.done')?.['item_id'];
    const truncate = (itemId: unknown, audioEndMs: number) =>
      send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: audioEndMs })[0];
    expect(truncate(item, 1001)).toMatchObject({
      error: { message: 'Audio content of 1000ms is already shorter than 1001ms' },
    });
    expect(truncate('mine', 0)).toMatchObject({
      error: { message: 'Only model output audio messages can be truncated', code: null },
    });
    expect(truncate(item, 600)).toMatchObject({ type: 'conversation.item.truncated', audio_end_ms: 600 });
    expect(truncate(item, 601)).toMatchObject({ type: 'error' });
    expect(send({ type: 'conversation.item.retrieve', item_id: item })).toMatchObject([
      { item: { content: [{ type: 'output_audio', transcript: null }] } },
    ]);
  });
});
