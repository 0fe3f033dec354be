import { expect, test } from 'vitest';
import { startCodec } from '../__fixtures__/start-codec.ts';

const tools = [{ name: 'find_tea', description: 'Finds tea.', parameters: { type: 'object' } }];

test('[OAI5] the session is configured as soon as the socket opens', () => {
  expect(startCodec({ systemPrompt: 'You sell tea.', voice: 'cedar', tools }).hello()).toEqual([
    {
      type: 'session.update',
      event_id: 'session-1',
      session: {
        type: 'realtime',
        output_modalities: ['audio'],
        instructions: 'You sell tea.',
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24000 },
            transcription: { model: 'gpt-transcribe' },
            turn_detection: {
              type: 'server_vad',
              threshold: 0.5,
              prefix_padding_ms: 300,
              silence_duration_ms: 500,
              create_response: true,
              interrupt_response: true,
            },
          },
          output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'cedar' },
        },
        tools: [{ type: 'function', name: 'find_tea', description: 'Finds tea.', parameters: { type: 'object' } }],
        tool_choice: 'auto',
      },
    },
  ]);
});

test('[OAI5] every option finds its field', () => {
  const [update] = startCodec(
    { turnDetection: 'auto', voice: 'voice_123' },
    {
      transcriptionModel: 'gpt-live-transcribe',
      transcriptionLanguage: 'de',
      transcriptionPrompt: 'Tea names.',
      turnDetection: { type: 'semantic_vad', eagerness: 'high' },
      noiseReduction: 'far_field',
      speed: 1.2,
      maxOutputTokens: 400,
      reasoningEffort: 'low',
    },
  ).hello();
  expect(update).toMatchObject({
    session: {
      audio: {
        input: {
          transcription: { model: 'gpt-live-transcribe', language: 'de', prompt: 'Tea names.' },
          noise_reduction: { type: 'far_field' },
          turn_detection: { type: 'semantic_vad', eagerness: 'high', create_response: true, interrupt_response: true },
        },
        output: { voice: { id: 'voice_123' }, speed: 1.2 },
      },
      max_output_tokens: 400,
      reasoning: { effort: 'low' },
    },
  });
});

test('[OAI5] turns ended by hand switch the detection off with a null that is really there', () => {
  const [update] = startCodec({ turnDetection: 'manual' }).hello();
  expect(update).toHaveProperty('session.audio.input.turn_detection', null);
});

test('[OAI5] what a tool has beyond name, description and parameters stays here', () => {
  const strange = { name: 'a', description: 'b', parameters: {}, strict: true, meta: { c: 1 } };
  const [update] = startCodec({ tools: [strange] }).hello();
  expect(update).toHaveProperty('session.tools', [{ type: 'function', name: 'a', description: 'b', parameters: {} }]);
});

test('[OAI6] in the beta the session is flat, knows a temperature, and has no nulls that Azure refuses', () => {
  const [update] = startCodec(
    { systemPrompt: 'You sell tea.', temperature: 2, tools },
    {
      dialect: 'beta',
      noiseReduction: 'near_field',
      maxOutputTokens: 300,
      turnDetection: { type: 'server_vad', idleTimeoutMs: 6000 },
    },
  ).hello();
  expect(update).toEqual({
    type: 'session.update',
    event_id: 'session-1',
    session: {
      modalities: ['audio', 'text'],
      instructions: 'You sell tea.',
      voice: 'alloy',
      input_audio_format: 'pcm16',
      output_audio_format: 'pcm16',
      input_audio_transcription: { model: 'gpt-transcribe' },
      input_audio_noise_reduction: { type: 'near_field' },
      turn_detection: {
        type: 'server_vad',
        threshold: 0.5,
        prefix_padding_ms: 300,
        silence_duration_ms: 500,
        create_response: true,
        interrupt_response: true,
      },
      tools: [{ type: 'function', name: 'find_tea', description: 'Finds tea.', parameters: { type: 'object' } }],
      tool_choice: 'auto',
      temperature: 1.2,
      max_response_output_tokens: 300,
    },
  });
});

test('[OAI7] with dialect auto the first message of the server decides', () => {
  const cases = [
    [{ type: 'realtime', audio: {} }, true],
    [{ modalities: ['audio', 'text'], input_audio_format: 'pcm16' }, false],
    [{ id: 'sess_1' }, true],
  ] as const;
  for (const [session, isCurrent] of cases) {
    const { hello, receive } = startCodec({}, { dialect: 'auto' });
    expect(hello()).toEqual([]);
    const [update] = receive({ type: 'session.created', session }).frames;
    expect(Object.hasOwn(update?.['session'] as object, 'audio')).toBe(isCurrent);
  }
});

test('[OAI7] a dated Azure version is configured in the beta dialect', () => {
  const azure = { endpoint: 'https://tea.openai.azure.com', apiVersion: '2025-04-01-preview' };
  expect(startCodec({}, { azure, dialect: 'auto', transcriptionModel: 'ears' }).hello()[0]).toHaveProperty(
    'session.input_audio_format',
    'pcm16',
  );
});

test('[OAI8] readiness comes with session.updated and not before, once, with what the server says of itself', () => {
  const { events } = startCodec({ temperature: 0.7 });
  expect(events({ type: 'session.created', session: { expires_at: 1_795_000_000 } })).toEqual([]);
  const session = {
    model: 'gpt-realtime-2.1-2026',
    audio: { output: { voice: 'marin', format: { type: 'audio/pcm' } } },
  };
  expect(events({ type: 'session.updated', session })).toEqual([
    {
      type: 'session-ready',
      model: 'gpt-realtime-2.1-2026',
      voice: 'marin',
      ignored: ['s2s.temperature'],
      expiresAtMs: 1_795_000_000_000,
    },
  ]);
  expect(events({ type: 'session.updated', session })).toEqual([]);
});

test('[OAI8] in the beta the temperature is used, and the voice is named at the top', () => {
  const started = startCodec({ temperature: 0.7 }, { dialect: 'beta' });
  expect(started.events({ type: 'session.updated', session: { voice: 'sage' } })).toEqual([
    { type: 'session-ready', voice: 'sage', ignored: [] },
  ]);
});

test('[OAI8] a server that answers in another audio format is not usable', () => {
  const started = startCodec();
  const session = { audio: { output: { format: { type: 'audio/pcmu' } } } };
  expect(started.events({ type: 'session.updated', session })).toEqual([
    expect.objectContaining({ type: 'provider-error', code: 'PROVIDER_ERROR', fatal: true }),
  ]);
});

test('[OAI9] a refused configuration is the end of the session, and is told once', () => {
  const started = startCodec();
  started.hello();
  const error = {
    type: 'invalid_request_error',
    code: 'unknown_parameter',
    message: "Unknown parameter: 'session.speedo'.",
    param: 'session.speedo',
    event_id: 'session-1',
  };
  expect(started.events({ type: 'error', error })).toEqual([
    {
      type: 'provider-error',
      code: 'INVALID_REQUEST',
      message: "Unknown parameter: 'session.speedo'.",
      providerCode: 'unknown_parameter',
      fatal: true,
      retryable: false,
    },
  ]);
  expect(started.codec.close({ type: 'closed', code: 1000, reason: '' }, 5)).toEqual([]);
});

test('[OAI10] the first message is asked for word for word, once the session is ready', () => {
  const started = startCodec({ firstMessage: 'Hello, this is the "Tea House".' });
  started.hello();
  expect(started.receive({ type: 'session.updated', session: {} }).frames).toEqual([
    {
      type: 'response.create',
      event_id: 'response-1',
      response: {
        metadata: { client_event_id: 'response-1' },
        instructions:
          'Say exactly the following to the user, word for word, and nothing else: "Hello, this is the \\"Tea House\\"."',
        tool_choice: 'none',
      },
    },
  ]);
});

test('[OAI11] a conversation that goes on is retold in order, and not opened again', () => {
  const started = startCodec({
    firstMessage: 'Hello.',
    continuation: {
      history: [
        { type: 'message', role: 'system', text: 'The shop closes at six.' },
        { type: 'message', role: 'user', text: 'Any mint?' },
        { type: 'tool-call', callId: 'call_1', name: 'find_tea', arguments: '{}' },
        { type: 'tool-result', callId: 'call_1', output: '4' },
        { type: 'message', role: 'assistant', text: 'Four boxes.' },
        { type: 'message', role: 'user', text: '  ' },
      ],
    },
  });
  const { frames } = started.receive({ type: 'session.updated', session: {} });
  expect(frames.map((frame) => frame['item'])).toEqual([
    { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'The shop closes at six.' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Any mint?' }] },
    { type: 'function_call', call_id: 'call_1', name: 'find_tea', arguments: '{}' },
    { type: 'function_call_output', call_id: 'call_1', output: '4' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Four boxes.' }] },
  ]);
});

test.each([
  ['gpt-realtime-2.1', {}, { effort: 'low' }],
  ['gpt-realtime-2.1-mini', {}, { effort: 'low' }],
  ['openai/gpt-realtime-2', {}, { effort: 'low' }],
  ['gpt-realtime-1.5', {}, undefined],
  ['gpt-realtime-mini', {}, undefined],
  ['gpt-realtime', {}, undefined],
  [
    'my-deployment',
    { azure: { endpoint: 'https://tea.openai.azure.com' }, transcriptionModel: 'ears' },
    { effort: 'low' },
  ],
])('[OAI67] reasoning goes to models that reason: %s', (model, options, reasoning) => {
  const [update] = startCodec({ model }, { reasoningEffort: 'low', ...options }).hello();
  const session = update?.['session'] as { reasoning?: object } | undefined;
  expect(session?.reasoning).toEqual(reasoning);
});

test.each([
  ['gpt-transcribe', 'Tea names.'],
  ['gpt-4o-transcribe', 'Tea names.'],
  ['gpt-realtime-whisper', undefined],
  ['gpt-4o-transcribe-diarize', undefined],
])('[OAI67] a prompt goes to models of transcription that take one: %s', (transcriptionModel, prompt) => {
  const [update] = startCodec({}, { transcriptionModel, transcriptionPrompt: 'Tea names.' }).hello();
  expect(update).toMatchObject({ session: { audio: { input: { transcription: { model: transcriptionModel } } } } });
  const session = update?.['session'] as { audio: { input: { transcription: { prompt?: string } } } } | undefined;
  expect(session?.audio.input.transcription.prompt).toBe(prompt);
});
