import { makeSpeechSample } from '@speko/adapter-testkit';
import { describe, expect, test } from 'vitest';
import { append, type Message, openSimulator, typed } from './__fixtures__/open-simulator.ts';
import type { OpenAISimulatorOptions } from './simulator-options.ts';

const SPEECH = makeSpeechSample(24_000);
const MANUAL = { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } };

test('[OAI71] words of the system are answered where nothing else is to be', () => {
  const { send, wait } = openSimulator();
  const system = (text: string) => ({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'system', content: [{ type: 'input_text', text }] },
  });
  const answer = () => {
    send({ type: 'response.create' });
    return wait(6000).messages.find(({ type }) => type === 'response.output_audio_transcript.done')?.['transcript'];
  };
  send(system('The harbour closes.'));
  expect(answer()).toBe('simulated: you wrote "The harbour closes."');
  send(system('Be brief.'));
  send(typed('When?'));
  expect(answer()).toBe('simulated: you wrote "When?"');
});

describe('turns of the user', () => {
  test('[OAI46] speech is noticed on the clock of the audio, committed and answered under its announced id', () => {
    const { send, types } = openSimulator();
    const heard = [
      ...send(append(new Uint8Array(24_000))),
      ...send(append(SPEECH)),
      ...send(append(new Uint8Array(48_000))),
    ];
    expect(types(heard)).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
    ]);
    expect(heard[0]).toMatchObject({ audio_start_ms: 200 });
    expect(heard[1]).toMatchObject({ audio_end_ms: 1900, item_id: heard[0]?.['item_id'] });
    expect(heard[3]).toMatchObject({ item: { id: heard[0]?.['item_id'], role: 'user' } });
  });

  test('[OAI46] a commit under detection makes the item and no response', () => {
    const { send, types } = openSimulator();
    const [started] = send(append(SPEECH));
    const committed = send({ type: 'input_audio_buffer.commit' });
    expect(types(committed)).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
    ]);
    expect(committed[0]).toMatchObject({ item_id: started?.['item_id'] });
  });

  test('[OAI46] a commit of too little names how much there was', () => {
    const { send } = openSimulator();
    send(MANUAL);
    send(append(new Uint8Array(2400)));
    expect(send({ type: 'input_audio_buffer.commit' })).toMatchObject([
      {
        error: {
          code: 'input_audio_buffer_commit_empty',
          message:
            'Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has 50.00ms of audio.',
        },
      },
    ]);
  });

  test('[OAI46] a clear forgets what was not committed', () => {
    const { send } = openSimulator();
    send(MANUAL);
    send(append(SPEECH));
    expect(send({ type: 'input_audio_buffer.clear' })).toMatchObject([{ type: 'input_audio_buffer.cleared' }]);
    expect(send({ type: 'input_audio_buffer.commit' })).toMatchObject([{ type: 'error' }]);
  });

  test('[OAI46] G.711 is heard like PCM', () => {
    const { send, types } = openSimulator();
    send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { format: { type: 'audio/pcmu' } } } },
    });
    const loud = Uint8Array.from({ length: 8000 }, (_, index) => (index % 16 < 8 ? 0x00 : 0x80));
    const quiet = new Uint8Array(8000).fill(0xff);
    expect(types([...send(append(loud)), ...send(append(quiet))])).toContain('input_audio_buffer.committed');
  });

  test('[OAI47] words come only where they were asked for, before or after the answer', () => {
    const speak = (session: Message | undefined, options: OpenAISimulatorOptions = {}) => {
      const { send, wait } = openSimulator(options);
      if (session !== undefined) send({ type: 'session.update', session: { type: 'realtime', ...session } });
      send(append(SPEECH));
      send(append(new Uint8Array(48_000)));
      return wait(8000).messages;
    };
    const asked = { audio: { input: { transcription: { model: 'gpt-transcribe' } } } };
    const kinds = (messages: Message[]) =>
      messages
        .map((message) => String(message['type']))
        .filter((type) => type.endsWith('completed') || type === 'response.done');
    expect(kinds(speak(undefined))).toEqual(['response.done']);
    expect(kinds(speak(asked, { transcriptionDelaysMs: [10] }))).toEqual([
      'conversation.item.input_audio_transcription.completed',
      'response.done',
    ]);
    expect(kinds(speak(asked, { transcriptionDelaysMs: [5000] }))).toEqual([
      'response.done',
      'conversation.item.input_audio_transcription.completed',
    ]);
    const find = (messages: Message[], type: string) =>
      messages.find((message) => message['type'] === `conversation.item.input_audio_transcription.${type}`);
    expect(find(speak(asked), 'completed')).toMatchObject({
      transcript: 'simulated: 1.2 s of speech',
      usage: { type: 'tokens' },
    });
    expect(find(speak(asked, { faults: ['transcription-duration'] }), 'completed')).toMatchObject({
      usage: { type: 'duration', seconds: 1.2 },
    });
    expect(find(speak(asked, { faults: ['transcription-failed'] }), 'failed')).toMatchObject({ error: {} });
  });
});

describe('responses', () => {
  test('[OAI48] come in the order of the vendor, and say at the end what they streamed', () => {
    const { send, wait } = openSimulator({ reply: () => ({ text: 'Tea time.', audio: new Int16Array(4800) }) });
    send(typed('Hello.'));
    const messages = [...send({ type: 'response.create', response: { metadata: { a: 'b' } } }), ...wait(2000).messages];
    const order = messages.map((message) => message['type']);
    expect(order.filter((type, index) => type !== order[index - 1])).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_audio_transcript.delta',
      'response.output_audio.delta',
      'response.output_audio_transcript.delta',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(messages[0]).toMatchObject({ response: { status: 'in_progress', metadata: { a: 'b' }, usage: null } });
    expect(messages.at(-2)).toMatchObject({
      response: {
        status: 'completed',
        status_details: null,
        output: [{ status: 'completed', content: [{ type: 'output_audio', transcript: 'Tea time.' }] }],
        usage: { output_token_details: { audio_tokens: 4 } },
      },
    });
    const ids = messages.map((message) => message['event_id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('[OAI48] generate audio faster than it plays, in pieces of several lengths', () => {
    const samples = Int16Array.from({ length: 48_000 }, (_, index) => (index * 31) % 20_000);
    const { send, wait } = openSimulator({
      reply: () => ({ text: 'Long.', audio: samples }),
      audioSpeed: 4,
      responseDelayMs: 100,
    });
    send({ type: 'response.create' });
    const audio = wait(100 + 500 - 1).messages.filter((message) => message['type'] === 'response.output_audio.delta');
    const bytes = Buffer.concat(audio.map((message) => Buffer.from(String(message['delta']), 'base64')));
    expect(Buffer.compare(bytes, Buffer.from(samples.buffer))).toBe(0);
    expect(new Set(audio.map((message) => String(message['delta']).length)).size).toBeGreaterThan(3);
    expect(wait(1).messages.map((message) => message['type'])).toContain('response.done');
  });

  test('[OAI48] run one at a time', () => {
    const { send } = openSimulator();
    send({ type: 'response.create' });
    expect(send({ type: 'response.create', event_id: 'r-2' })).toMatchObject([
      {
        error: {
          code: 'conversation_already_has_active_response',
          message:
            'Conversation already has an active response in progress: resp_sim000001. Wait until the response is finished before creating a new one.',
          event_id: 'r-2',
        },
      },
    ]);
    expect(send({ type: 'response.create', response: { conversation: 'none' } })).toMatchObject([
      { type: 'response.created', response: { conversation_id: null } },
    ]);
  });

  test('[OAI48] may hold several spoken items and several calls', () => {
    const { send, wait } = openSimulator({
      reply: () => ({
        items: [{ text: 'One moment.' }, { text: 'Looking.' }],
        tools: [
          { name: 'find_tea', arguments: { kind: 'mint' } },
          { name: 'find_cup', arguments: '{"broken":' },
        ],
      }),
    });
    send({ type: 'response.create' });
    const done = wait(5000).messages.find((message) => message['type'] === 'response.done');
    expect(done).toMatchObject({
      response: {
        output: [
          { type: 'message', content: [{ transcript: 'One moment.' }] },
          { type: 'message', content: [{ transcript: 'Looking.' }] },
          { type: 'function_call', name: 'find_tea', arguments: '{"kind":"mint"}' },
          { type: 'function_call', name: 'find_cup', arguments: '{"broken":' },
        ],
      },
    });
  });

  test('[OAI48] may be text, and may stop early', () => {
    const { send, wait } = openSimulator({
      reply: () => ({ text: 'Tea time.', incompleteReason: 'max_output_tokens' }),
    });
    send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    send({ type: 'response.create' });
    const { messages } = wait(2000);
    expect(messages.map((message) => message['type'])).toContain('response.output_text.done');
    expect(messages.find((message) => message['type'] === 'response.done')).toMatchObject({
      response: { status: 'incomplete', status_details: { reason: 'max_output_tokens' } },
    });
  });

  test('[OAI49] a cancel lets a few deltas through, then ends what was begun', () => {
    const { send, wait } = openSimulator({
      reply: () => ({ text: 'A long, long, long story.', audio: new Int16Array(240_000) }),
    });
    send({ type: 'response.create' });
    wait(400);
    const messages = send({ type: 'response.cancel', response_id: 'resp_sim000001' });
    expect(messages.slice(0, 2).every((message) => String(message['type']).endsWith('.delta'))).toBe(true);
    expect(messages.slice(2).map((message) => message['type'])).toEqual([
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(messages.at(-2)).toMatchObject({
      response: {
        status: 'cancelled',
        status_details: { type: 'cancelled', reason: 'client_cancelled' },
        output: [{ status: 'incomplete' }],
      },
    });
    expect(wait(20_000).messages).toEqual([]);
  });

  test('[OAI49] the user’s voice cancels, unless the session says otherwise', () => {
    const interrupted = (interruptResponse: boolean) => {
      const { send, wait } = openSimulator({ reply: () => ({ text: 'Story.', audio: new Int16Array(240_000) }) });
      const turnDetection = { type: 'server_vad', interrupt_response: interruptResponse };
      send({
        type: 'session.update',
        session: { type: 'realtime', audio: { input: { turn_detection: turnDetection } } },
      });
      send({ type: 'response.create' });
      wait(400);
      return send(append(SPEECH)).some((message) => message['type'] === 'response.done');
    };
    expect(interrupted(true)).toBe(true);
    expect(interrupted(false)).toBe(false);
  });
});

describe('[OAI52] without a script it', () => {
  const tools = [
    { type: 'function', name: 'get_tea', parameters: { type: 'object', properties: { kind: { enum: ['mint'] } } } },
  ];
  const answer = (options: OpenAISimulatorOptions, ...messages: Message[]) => {
    const { send, wait } = openSimulator(options);
    send({ type: 'session.update', session: { type: 'realtime', tools } });
    for (const message of messages) send(message);
    send({ type: 'response.create' });
    const done = wait(30_000).messages.findLast((message) => message['type'] === 'response.done');
    const response = done?.['response'] as { output: Message[] } | undefined;
    return response?.output[0];
  };

  test('calls the first tool on the first turn if it gets something', () => {
    expect(answer({}, typed('Hello.'))).toMatchObject({ name: 'get_tea', arguments: '{"kind":"mint"}' });
  });

  test('calls what typed text names, and otherwise repeats the text', () => {
    const options: OpenAISimulatorOptions = { callTools: 'on-request' };
    expect(answer(options, typed('Please get_tea now.'))).toMatchObject({ name: 'get_tea' });
    expect(answer(options, typed('Hello.'))).toMatchObject({
      content: [{ transcript: 'simulated: you wrote "Hello."' }],
    });
  });

  test('says what instructions of a response quote', () => {
    const { send, wait } = openSimulator();
    send({ type: 'response.create', response: { instructions: 'Say exactly: "Good \\"tea\\" day."' } });
    expect(
      wait(5000).messages.find((message) => message['type'] === 'response.output_audio_transcript.done'),
    ).toMatchObject({
      transcript: 'Good "tea" day.',
    });
  });
});

describe('[OAI53] faults, by option or by the name of the model', () => {
  const call = (fault: string) => {
    const { send, wait } = openSimulator({}, { url: `/v1/realtime?model=fault-${fault}` });
    send(typed('Tell me a long story about tea.'));
    send({ type: 'response.create' });
    const { messages, end } = wait(6000);
    return { end, done: messages.find((message) => message['type'] === 'response.done'), messages };
  };

  test('the connection is cut, closed, or falls silent in the middle of an answer', () => {
    expect(call('drop')).toMatchObject({ end: { type: 'drop' }, done: undefined });
    expect(call('close-1011')).toMatchObject({ end: { type: 'close', code: 1011 }, done: undefined });
    expect(call('stall')).toMatchObject({ end: undefined, done: undefined });
  });

  test('the response fails, or says less than it should', () => {
    expect(call('rate-limit').done).toMatchObject({
      response: { status: 'failed', status_details: { error: { code: 'rate_limit_exceeded' } }, usage: null },
    });
    expect(call('no-credit').done).toMatchObject({
      response: { status: 'failed', status_details: { error: { type: 'insufficient_quota' } } },
    });
    expect(call('usage-null').done).toMatchObject({ response: { status: 'completed', usage: null } });
  });

  test('the details of a status are a string', () => {
    const { send, wait } = openSimulator({ faults: ['status-string'] });
    send({ type: 'response.create' });
    wait(300);
    expect(send({ type: 'response.cancel' }).at(-2)).toMatchObject({
      response: { status_details: 'client_cancelled' },
    });
  });

  test('the session ends early, or a request stays without an answer', () => {
    expect(call('session-expires').end).toMatchObject({ code: 1001 });
    expect(call('no-answer').messages).toEqual([]);
  });
});

describe('[OAI54] behind the names of the beta', () => {
  test('sessions are flat, events have the old names, and items are created once', () => {
    const { first, send, wait } = openSimulator({ dialect: 'beta' }, { headers: { 'openai-beta': 'realtime=v1' } });
    expect(first).toMatchObject([
      { type: 'session.created', session: { modalities: ['audio', 'text'], input_audio_format: 'pcm16' } },
    ]);
    expect(
      send({
        type: 'session.update',
        session: { modalities: ['audio', 'text'], voice: 'sage', temperature: 0.9, turn_detection: null },
      }),
    ).toMatchObject([{ type: 'session.updated', session: { voice: 'sage', turn_detection: null } }]);
    send(typed('Hello.'));
    send({ type: 'response.create', response: { modalities: ['audio', 'text'], max_response_output_tokens: 100 } });
    const names = new Set(wait(5000).messages.map((message) => message['type']));
    expect(names).toContain('response.audio.delta');
    expect(names).toContain('response.audio_transcript.done');
    expect(names).toContain('conversation.item.created');
    expect(names).not.toContain('conversation.item.done');
    expect([...names].filter((name) => String(name).includes('output_audio'))).toEqual([]);
  });

  test('the current form of a session is refused', () => {
    const { send } = openSimulator({ dialect: 'beta' });
    expect(send({ type: 'session.update', session: { type: 'realtime' } })).toMatchObject([
      { error: { code: 'unknown_parameter', param: 'session.type' } },
    ]);
  });
});

test('[OAI55] the same messages at the same times are answered with the same messages', () => {
  const run = () => {
    const { first, send, wait } = openSimulator();
    return [first, send(append(SPEECH)), send(append(new Uint8Array(48_000))), wait(9000).messages];
  };
  expect(run()).toEqual(run());
});
