import { describe, expect, test } from 'vitest';
import {
  BERTH_STATUS,
  created,
  done,
  failure,
  startCodec,
  started,
  startReadyCodec,
  words,
} from '../__fixtures__/start-codec.ts';

const hello = { type: 'session.created', session: { model: 'grok-voice-3.0', voice: 'xai_ara' } };
const conversation = { type: 'conversation.created', conversation: { id: 'conv-1' } };
const updated = { type: 'session.updated', session: {} };
const READY = { type: 'session-ready', model: 'grok-voice-3.0', ignored: [] };
const HANDLE = { type: 'resumption-update', handle: 'conv-1', resumable: true };

describe('the configuration', () => {
  test('[XAI5] goes out as soon as the socket opens, and names what the vendor’s defaults leave open', () => {
    const tools = [{ ...BERTH_STATUS, strict: true }];
    expect(startCodec({ systemPrompt: 'You staff the harbour desk.', voice: 'leo', tools }).hello()).toEqual([
      {
        type: 'session.update',
        event_id: 'session-1',
        session: {
          instructions: 'You staff the harbour desk.',
          voice: 'leo',
          turn_detection: { type: 'server_vad', threshold: 0.85, prefix_padding_ms: 333, silence_duration_ms: 500 },
          resumption: { enabled: true },
          audio: {
            input: { format: { type: 'audio/pcm', rate: 16_000 }, transcription: { model: 'grok-transcribe' } },
            output: { format: { type: 'audio/pcm', rate: 24_000 } },
          },
          tools: [{ type: 'function', ...BERTH_STATUS }],
        },
      },
    ]);
  });

  test('[XAI5] has a voice and a turn detection even where nobody asked; by hand is a type of null', () => {
    const [message] = startCodec({ turnDetection: 'manual', temperature: 0.7 }).hello();
    expect(message?.['session']).toMatchObject({ voice: 'eve', turn_detection: { type: null } });
    expect(message?.['session']).not.toHaveProperty('temperature');
  });

  test('[XAI5] every option finds its field', () => {
    const [message] = startCodec(
      {},
      {
        defaultVoice: 'rex',
        languageHint: 'pt-BR',
        keyterms: ['quay'],
        turnDetection: { threshold: 0.6, prefixPaddingMs: 300, silenceDurationMs: 450, idleTimeoutMs: 8000 },
        speed: 1.2,
        reasoningEffort: 'none',
        pronunciations: { Porthos: 'por-toss' },
        resumption: false,
        serverTools: [
          { type: 'web_search', allowedDomains: ['example.org'] },
          { type: 'x_search' },
          { type: 'file_search', vectorStoreIds: ['v1'], maxNumResults: 3 },
          { type: 'mcp', serverUrl: 'https://mcp.example.org', serverLabel: 'tides', authorization: 'Bearer m' },
        ],
      },
    ).hello();
    expect(message?.['session']).toEqual({
      voice: 'rex',
      reasoning: { effort: 'none' },
      turn_detection: {
        type: 'server_vad',
        threshold: 0.6,
        prefix_padding_ms: 300,
        silence_duration_ms: 450,
        idle_timeout_ms: 8000,
      },
      resumption: { enabled: false },
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 16_000 },
          transcription: { model: 'grok-transcribe', language_hint: 'pt-BR', keyterms: ['quay'] },
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 }, speed: 1.2 },
      },
      tools: [
        { type: 'web_search', allowed_domains: ['example.org'] },
        { type: 'x_search' },
        { type: 'file_search', vector_store_ids: ['v1'], max_num_results: 3 },
        { type: 'mcp', server_url: 'https://mcp.example.org', server_label: 'tides', authorization: 'Bearer m' },
      ],
      replace: { Porthos: 'por-toss' },
    });
  });
});

describe('readiness', () => {
  test.each([
    ['in the usual order', [hello, conversation, updated], [READY, HANDLE]],
    ['with the conversation first', [conversation, hello, updated], [READY, HANDLE]],
    ['without a greeting', [conversation, updated], [{ type: 'session-ready', ignored: [] }, HANDLE]],
    ['with the conversation last', [hello, updated, conversation], [READY, HANDLE]],
    ['with pings and a second update', [hello, { type: 'ping', timestamp: 5 }, updated, updated], [READY]],
  ])('[XAI6] comes with session.updated and once, %s', (_name, messages, expected) => {
    expect(startCodec().events(...messages)).toEqual(expected);
  });

  test('[XAI6] before it nothing is taken for the call', () => {
    const { codec, events } = startCodec();
    const replayed = { id: 'i1', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] };
    expect(
      events(
        hello,
        { type: 'conversation.item.added', item: replayed },
        created('r1'),
        words('r1', 'a1', 'Hi'),
        done('r1'),
      ),
    ).toEqual([]);
    const audio = '{"type":"response.output_audio.delta","response_id":"r1","item_id":"a1","delta":"AAAA"}';
    expect(codec.decode(audio, 0)).toEqual({ events: [], frames: [] });
  });

  test('[XAI7] names the model that answers, whatever was asked for', () => {
    const session = { model: 'grok-voice-3.0' };
    expect(startCodec({ model: 'grok-9' }).events({ type: 'session.created', session }, updated)).toEqual([
      { type: 'session-ready', model: 'grok-voice-3.0', ignored: [] },
    ]);
  });

  test('[XAI7] names the voice where the vendor says which one it is, and tells when it is another', () => {
    const say = (voice: string | undefined, session: object) =>
      startCodec(voice === undefined ? {} : { voice }).events(hello, { type: 'session.updated', session })[0];
    expect(say('Leo', { voice: 'xai_leo' })).toEqual({ ...READY, voice: 'xai_leo' });
    expect(say('nobody', { voice: 'ara' })).toEqual({ ...READY, voice: 'ara', ignored: ['s2s.voice'] });
    expect(say('ara', {})).toEqual({ ...READY, voice: 'xai_ara' });
    // The greeting names the voice before ours was asked for, so it proves nothing about ours.
    expect(say('leo', {})).toEqual(READY);
    expect(say(undefined, { voice: null, model: 7 })).toEqual(READY);
  });

  test('[XAI7] a temperature has no effect, and that is said', () => {
    expect(startCodec({ temperature: 0.7 }).events(hello, updated)).toEqual([
      { ...READY, ignored: ['s2s.temperature'] },
    ]);
  });

  test('[XAI8] an error before it ends the session', () => {
    const refused = failure({ code: 'invalid_audio_format', message: 'No such rate.' });
    expect(startCodec().events(hello, refused, refused)).toEqual([
      {
        type: 'provider-error',
        code: 'INVALID_REQUEST',
        message: 'No such rate.',
        providerCode: 'invalid_audio_format',
        fatal: true,
        retryable: false,
      },
    ]);
  });

  test('[XAI11] no handle is given where the operator keeps no conversations', () => {
    expect(startCodec({}, { resumption: false }).events(hello, conversation, updated)).toEqual([READY]);
  });
});

describe('the first message', () => {
  const line = {
    type: 'conversation.item.create',
    item: {
      type: 'force_message',
      role: 'assistant',
      interruptible: true,
      content: [{ type: 'output_text', text: 'Harbour desk, good morning.' }],
    },
  };
  const begin = () => {
    const codec = startCodec({ firstMessage: 'Harbour desk, good morning.' });
    const { frames } = codec.receive(updated, 100);
    return { ...codec, frames };
  };

  test('[XAI9] is spoken as it is, without asking for a response', () => {
    const { frames, receive } = begin();
    expect(frames).toEqual([line]);
    expect(receive(created('r1')).frames).toEqual([]);
    expect(receive(done('r1')).frames).toEqual([]);
  });

  test('[XAI9] goes before what is typed meanwhile, which is answered all the same', () => {
    const { send, receive } = begin();
    expect(send({ type: 'text-append', text: 'Any berth?' })).toMatchObject([{ type: 'conversation.item.create' }]);
    receive({
      type: 'conversation.item.added',
      item: { id: 'x', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Any berth?' }] },
    });
    expect(receive(created('r1')).frames).toEqual([]);
    expect(receive(done('r1')).frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('[XAI9] that has begun is not waited for any more', () => {
    const { receive, wake } = begin();
    receive(created('r1'), 200);
    receive(done('r1'), 900);
    expect(wake(10_100)).toEqual({ events: [], frames: [] });
  });

  test('[XAI9] holds nothing up for more than ten seconds', () => {
    const { codec, send, wake } = begin();
    send({ type: 'text-append', text: 'Any berth?' }, 200);
    expect(codec.wakeAtMs).toBe(10_100);
    expect(wake(10_100)).toMatchObject({
      events: [{ type: 'provider-error', code: 'PROVIDER_ERROR', fatal: false }],
      frames: [{ type: 'response.create' }],
    });
  });
});

describe('a conversation that goes on', () => {
  const history = [
    { type: 'message', role: 'user', text: 'Is berth B12 free?' },
    { type: 'message', role: 'assistant', text: ' ' },
    { type: 'message', role: 'assistant', text: 'One moment.' },
    { type: 'tool-call', callId: 'call-1', name: 'berth_status', arguments: '{}' },
  ] as const;
  const again = (id: string, ...between: Record<string, unknown>[]) => {
    const codec = startCodec({ firstMessage: 'Hello.', continuation: { handle: 'conv-1', history } });
    codec.events(hello, { type: 'conversation.created', conversation: { id } }, ...between);
    return { ...codec, ...codec.receive(updated) };
  };
  const content = [{ type: 'input_audio', transcript: 'Is berth B12 free?' }];
  const replay = {
    type: 'conversation.item.added',
    item: { id: 'n1', type: 'message', role: 'user', replayed: true, content },
  };

  test('[XAI10] is not retold where the vendor kept it, nor opened again', () => {
    expect(again('conv-1').frames).toEqual([]);
    expect(again('conv-2', replay).frames).toEqual([]);
    expect(again('conv-1', replay).events).toEqual([READY, HANDLE]);
    expect(again('conv-1').receive(replay).events).toEqual([]);
  });

  test('[XAI10] is retold where it was forgotten', () => {
    expect(again('conv-2').frames).toEqual([
      {
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Is berth B12 free?' }] },
      },
      {
        type: 'conversation.item.create',
        item: { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'One moment.' }] },
      },
      {
        type: 'conversation.item.create',
        item: { type: 'function_call', call_id: 'call-1', name: 'berth_status', arguments: '{}' },
      },
    ]);
  });

  test('[XAI10] calls left open are answered here, and the model goes on', () => {
    expect(again('conv-1').send({ type: 'tool-result', callId: 'call-1', output: '{"free":true}' })).toMatchObject([
      { item: { type: 'function_call_output', call_id: 'call-1', output: '{"free":true}' } },
      { type: 'response.create' },
    ]);
  });
});

describe('[XAI56] pings that came at intervals', () => {
  const ping = { type: 'ping', timestamp: 1 };
  const lost = { type: 'provider-error', code: 'CONNECTION_LOST', fatal: true, retryable: true };

  test('and stop mean that the connection is lost, once, two intervals and ten seconds after the last message', () => {
    const { codec, receive, wake } = startReadyCodec();
    receive(ping, 0);
    receive(ping, 20_000);
    expect(codec.wakeAtMs).toBe(6_900_000);
    receive(ping, 45_000);
    receive(started('item-1'), 50_000);
    expect(codec.wakeAtMs).toBe(110_000);
    expect(wake(109_999).events).toEqual([]);
    expect(wake(110_000).events).toMatchObject([lost]);
    expect(wake(200_000).events).toEqual([]);
    expect(codec.close({ type: 'closed', code: 1006, reason: '' }, 200_000)).not.toContainEqual(
      expect.objectContaining({ type: 'provider-error' }),
    );
  });

  test('are waited for 30 s at the least, however often they come', () => {
    const { codec, receive } = startReadyCodec();
    for (const nowMs of [0, 1000, 2000]) receive(ping, nowMs);
    expect(codec.wakeAtMs).toBe(32_000);
  });
});

test('[XAI40] two hours are announced five minutes before they are over, once', () => {
  const { codec, wake } = startReadyCodec();
  expect(codec.wakeAtMs).toBe(6_900_000);
  expect(wake(6_900_000).events).toEqual([{ type: 'go-away', timeLeftMs: 300_000 }]);
  expect(codec.wakeAtMs).toBeUndefined();
});
