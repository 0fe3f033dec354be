import { encodeBase64 } from '@speko/adapter-kit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  audioDelta,
  created,
  done,
  failure,
  functionCall,
  itemAdded,
  speechStarted,
  startReadyCodec,
  words,
} from './__fixtures__/start-codec.ts';

afterEach(() => vi.restoreAllMocks());

describe('responses', () => {
  test.each([
    ['completed', null, { status: 'completed' }],
    ['cancelled', { type: 'cancelled', reason: 'turn_detected' }, { status: 'cancelled', reason: 'turn_detected' }],
    [
      'incomplete',
      { type: 'incomplete', reason: 'content_filter' },
      { status: 'incomplete', reason: 'content_filter' },
    ],
    ['incomplete', 'max_output_tokens', { status: 'incomplete', reason: 'max_output_tokens' }],
    ['paused', null, { status: 'incomplete', reason: 'paused' }],
    ['incomplete', { reason: 'SAFETY' }, { status: 'incomplete', reason: 'content_filter' }],
    ['incomplete', null, { status: 'incomplete', reason: 'unknown' }],
    [null, null, { status: 'completed' }],
    [null, { reason: 'max_tokens' }, { status: 'incomplete', reason: 'max_output_tokens' }],
  ])('[OAI19] status %s with details %j', (status, details, expected) => {
    const { events } = startReadyCodec();
    expect(events(created('r1'), done('r1', { status, status_details: details }))).toEqual([
      { type: 'response-start', responseId: 'r1' },
      { type: 'response-end', responseId: 'r1', ...expected },
    ]);
  });

  test('[OAI19] a response that was never announced begins with its first sound or word', () => {
    const { events } = startReadyCodec();
    expect(events(audioDelta('r1', 'a1', 'AAAA'))).toMatchObject([
      { type: 'response-start', responseId: 'r1' },
      { type: 'audio-delta', responseId: 'r1' },
    ]);
    expect(events(words('r2', 'a2', 'Hi'))).toMatchObject([{ type: 'response-start' }, { type: 'transcript-delta' }]);
  });

  test('[OAI19] one that was never announced and only ends leaves its usage', () => {
    const { events } = startReadyCodec();
    expect(events(done('r0', { usage: { output_tokens: 3, output_token_details: { text_tokens: 3 } } }))).toMatchObject(
      [{ type: 'usage-report', responseId: 'r0', usage: { outputTextTokens: 3 } }],
    );
    expect(events(done('r0'))).toEqual([]);
  });

  test('[OAI19] an end that says neither how nor at what cost is an end', () => {
    const { receive, send } = startReadyCodec();
    receive(created('r1'));
    send({ type: 'text-append', text: 'One.' });
    const end = receive({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    expect(end.events).toEqual([{ type: 'response-end', responseId: 'r1', status: 'completed' }]);
    expect(end.frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('[OAI19] nothing comes of a response that is over', () => {
    const { events } = startReadyCodec();
    events(created('r1'), done('r1'));
    expect(events(audioDelta('r1', 'a1', 'AAAA'), words('r1', 'a1', 'late'), created('r1'), done('r1'))).toEqual([]);
  });

  test('[OAI20] audio is taken from the message as it is, without parsing it, as bytes and as text', () => {
    const { codec, receive } = startReadyCodec();
    receive(created('r1'));
    const chunks = Array.from({ length: 50 }, (_, chunk) =>
      Uint8Array.from({ length: 480 + chunk * 34 }, (_unused, index) => (index * chunk + 13) % 256),
    );
    const frames = chunks.map((chunk) =>
      JSON.stringify({ event_id: 'event_9', ...audioDelta('r1', 'a1', encodeBase64(chunk)) }),
    );
    const parse = vi.spyOn(JSON, 'parse');
    const asBytes = frames.flatMap((frame) => codec.decode(new TextEncoder().encode(frame), 0).events);
    const asText = frames.flatMap((frame) => codec.decode(frame, 0).events);
    expect(parse).toHaveBeenCalledTimes(0);
    for (const events of [asBytes, asText]) {
      expect(events.length).toBe(50);
      for (const [index, event] of events.entries()) {
        if (event.type !== 'audio-delta') throw new Error(`${event.type} instead of audio`);
        expect(event).toMatchObject({ responseId: 'r1', itemId: 'a1' });
        expect(Buffer.compare(event.pcm, chunks[index]!)).toBe(0);
      }
    }
  });

  test('[OAI20] audio in an unusual form is parsed and comes out the same', () => {
    const { codec, receive } = startReadyCodec();
    receive(created('r1'));
    const frame = String.raw`{"type":"response.output_audio.delta","response_id":"r1","item_id":"a1","delta":"\/\/\/\/","x":{}}`;
    expect(codec.decode(frame, 0).events).toMatchObject([
      { type: 'audio-delta', responseId: 'r1', itemId: 'a1', pcm: Buffer.from([255, 255]) },
    ]);
  });

  test('[OAI21] half a sample waits for its other half, within its item', () => {
    const { codec, receive } = startReadyCodec();
    receive(created('r1'));
    const pcmOf = (itemId: string, ...bytes: number[]) =>
      codec
        .decode(JSON.stringify(audioDelta('r1', itemId, Buffer.from(bytes).toString('base64'))), 0)
        .events.flatMap((event) => (event.type === 'audio-delta' ? [[...event.pcm]] : []));
    expect(pcmOf('a1', 1, 2, 3)).toEqual([[1, 2]]);
    expect(pcmOf('a1', 4)).toEqual([[3, 4]]);
    expect(pcmOf('a1', 5)).toEqual([]);
    expect(pcmOf('a2', 6, 7)).toEqual([[6, 7]]);
  });

  test('[OAI22] words come as they are said; a final text that differs replaces them, item by item', () => {
    const { events } = startReadyCodec();
    const final = (itemId: string, transcript: string) => ({
      type: 'response.output_audio_transcript.done',
      response_id: 'r1',
      item_id: itemId,
      content_index: 0,
      transcript,
    });
    events(created('r1'));
    expect(events(words('r1', 'a1', 'We have '), words('r1', 'a1', 'tee.'), final('a1', 'We have tea.'))).toEqual([
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'a1', delta: 'We have ' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'a1', delta: 'tee.' },
      { type: 'transcript-replace', role: 'assistant', turnId: 'r1', itemId: 'a1', text: 'We have tea.' },
    ]);
    expect(events(words('r1', 'a2', 'Mint, too.'), final('a2', 'Mint, too.'))).toMatchObject([
      { itemId: 'a2', delta: 'Mint, too.' },
    ]);
  });

  test('[OAI22] an answer in text is words as well', () => {
    const { events } = startReadyCodec();
    const place = { response_id: 'r1', item_id: 'a1', output_index: 0, content_index: 0 };
    events(created('r1'));
    expect(
      events(
        { type: 'response.output_text.delta', ...place, delta: 'Tea' },
        { type: 'response.output_text.done', ...place, text: 'Tea!' },
      ),
    ).toMatchObject([{ delta: 'Tea' }, { type: 'transcript-replace', text: 'Tea!' }]);
  });

  test('[OAI23] what the user talks over is not heard any more, and the next response is', () => {
    const { events } = startReadyCodec();
    events(created('r1'), audioDelta('r1', 'a1', 'AAAA'));
    const rest = events(
      speechStarted('u2', 900),
      audioDelta('r1', 'a1', 'AAAA'),
      words('r1', 'a1', 'still'),
      { type: 'response.output_audio_transcript.done', response_id: 'r1', item_id: 'a1', transcript: 'still talking' },
      done('r1', { status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } }),
      created('r2'),
      audioDelta('r2', 'a2', 'AAAA'),
    );
    // Its words belong to sound that was heard: they come later.
    expect(rest.map((event) => event.type)).toEqual([
      'speech-start',
      'transcript-delta',
      'transcript-replace',
      'response-end',
      'response-start',
      'audio-delta',
    ]);
  });

  test('[OAI23] what a cancelled response had said is still told until it ends', () => {
    const { events, send } = startReadyCodec();
    events(created('r1'), audioDelta('r1', 'a1', 'AAAA'));
    send({ type: 'response-cancel', responseId: 'r1' });
    expect(
      events(words('r1', 'a1', 'Hello'), done('r1', { status: 'cancelled' }), words('r1', 'a1', ' you')),
    ).toMatchObject([
      { type: 'transcript-delta', turnId: 'r1', itemId: 'a1', delta: 'Hello' },
      { type: 'response-end' },
    ]);
  });

  test('[OAI23] audio of a muted response is neither decoded nor parsed', () => {
    const { codec, events } = startReadyCodec();
    events(created('r1'), speechStarted('u1', 0));
    const parse = vi.spyOn(JSON, 'parse');
    expect(codec.decode(JSON.stringify(audioDelta('r1', 'a1', 'AAAA')), 0).events).toEqual([]);
    expect(parse).toHaveBeenCalledTimes(0);
  });

  test('[OAI24] usage belongs to its response', () => {
    const { events } = startReadyCodec();
    const usage = {
      total_tokens: 412,
      input_tokens: 322,
      output_tokens: 90,
      input_token_details: { text_tokens: 180, audio_tokens: 142, image_tokens: 0, cached_tokens: 128 },
      output_token_details: { text_tokens: 22, audio_tokens: 68 },
    };
    expect(events(created('r1'), done('r1', { usage })).at(-1)).toEqual({
      type: 'response-end',
      responseId: 'r1',
      status: 'completed',
      usage: {
        inputAudioTokens: 142,
        outputAudioTokens: 68,
        inputTextTokens: 180,
        outputTextTokens: 22,
        cachedTokens: 128,
      },
    });
  });

  test('[OAI25] a failed response says why: a rate limit passes, an empty account does not', () => {
    const fail = (error: object) =>
      startReadyCodec()
        .events(created('r1'), done('r1', { status: 'failed', status_details: { type: 'failed', error } }))
        .slice(1);
    expect(fail({ type: 'tokens', code: 'rate_limit_exceeded', message: 'Slow down.' })).toEqual([
      { type: 'response-end', responseId: 'r1', status: 'failed', reason: 'rate_limit_exceeded' },
      {
        type: 'provider-error',
        code: 'RATE_LIMITED',
        message: 'Slow down.',
        providerCode: 'rate_limit_exceeded',
        fatal: false,
        retryable: true,
      },
    ]);
    expect(fail({ type: 'insufficient_quota', code: 'insufficient_quota', message: 'Empty.' })).toMatchObject([
      { type: 'response-end' },
      { code: 'QUOTA_EXCEEDED', fatal: true, retryable: false },
    ]);
  });
});

describe('asking for responses', () => {
  test('[OAI26] a second request waits for the first response to end', () => {
    const { receive, send } = startReadyCodec();
    send({ type: 'text-append', text: 'One.' });
    expect(send({ type: 'text-append', text: 'Two.' })).toMatchObject([{ type: 'conversation.item.create' }]);
    expect(receive(created('r1', 'response-1')).frames).toEqual([]);
    expect(receive(done('r1')).frames).toMatchObject([{ type: 'response.create', event_id: 'response-2' }]);
  });

  test('[OAI26] a response of the vendor that began after an item came in answers it', () => {
    const { receive, send } = startReadyCodec();
    receive(created('r1'));
    send({ type: 'text-append', text: 'One.' });
    receive({ type: 'conversation.item.added', item: { id: 'speko-1', type: 'message', role: 'user' } });
    receive(done('r1', { status: 'cancelled' }));
    receive(failure('conversation_already_has_active_response', 'Running.', { event_id: 'response-1' }));
    receive(created('r2'));
    expect(receive(done('r2')).frames).toEqual([]);
  });

  test('[OAI26] nothing is asked for while the user speaks', () => {
    const { receive, send } = startReadyCodec();
    receive(speechStarted('u1', 0));
    expect(send({ type: 'text-append', text: 'One.' })).toMatchObject([{ type: 'conversation.item.create' }]);
    const stop = { type: 'input_audio_buffer.speech_stopped', item_id: 'u1', audio_end_ms: 5 };
    expect(receive(stop).frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('[OAI26] a response of ours that begins after the user did is cancelled, and asked for again afterwards', () => {
    const { receive, send } = startReadyCodec();
    send({ type: 'text-append', text: 'One.' });
    receive(speechStarted('u1', 0));
    expect(receive(created('r1', 'response-1'))).toEqual({
      events: [],
      frames: [{ type: 'response.cancel', response_id: 'r1' }],
    });
    expect(receive(audioDelta('r1', 'a1', 'AAAA')).events).toEqual([]);
    expect(receive(done('r1', { status: 'cancelled' }))).toEqual({ events: [], frames: [] });
    const stop = { type: 'input_audio_buffer.speech_stopped', item_id: 'u1', audio_end_ms: 5 };
    expect(receive(stop).frames).toMatchObject([{ type: 'response.create', event_id: 'response-2' }]);
  });

  test('[OAI26] a refusal that does not say of what is of the request on its way, which is sent again', () => {
    const { receive, send } = startReadyCodec();
    send({ type: 'text-append', text: 'One.' });
    expect(receive(failure('conversation_already_has_active_response', 'Running.'))).toEqual({
      events: [],
      frames: [],
    });
    expect(receive(done('r9')).frames).toMatchObject([{ type: 'response.create', event_id: 'response-2' }]);
  });

  test('[OAI27] a request without an answer is given up after ten seconds, and a late answer is not heard', () => {
    const { codec, receive, send } = startReadyCodec();
    send({ type: 'text-append', text: 'One.' }, 1000);
    expect(codec.wakeAtMs).toBe(11_000);
    expect(codec.wake(11_000)).toEqual({ events: [], frames: [] });
    expect(receive(created('r1', 'response-1'), 12_000)).toEqual({
      events: [],
      frames: [{ type: 'response.cancel', response_id: 'r1' }],
    });
    expect(receive(audioDelta('r1', 'a1', 'AAAA')).events).toEqual([]);
    expect(receive(done('r1', { status: 'cancelled' })).events).toEqual([]);
    expect(codec.wakeAtMs).toBeUndefined();
  });
});

describe('interrupting', () => {
  test('[OAI28] the running response is cancelled by its id, and nothing of it is heard', () => {
    const { events, send } = startReadyCodec();
    events(created('r1'), audioDelta('r1', 'a1', 'AAAA'));
    expect(send({ type: 'response-cancel', responseId: 'r1' })).toEqual([
      { type: 'response.cancel', response_id: 'r1' },
    ]);
    expect(events(audioDelta('r1', 'a1', 'AAAA'))).toEqual([]);
    const cancelled = done('r1', {
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'client_cancelled' },
    });
    expect(events(cancelled)).toEqual([
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'client_cancelled' },
    ]);
  });

  test('[OAI28] a response that is over is not cancelled', () => {
    const { events, send } = startReadyCodec();
    events(created('r1'), done('r1'));
    expect(send({ type: 'response-cancel', responseId: 'r1' })).toEqual([]);
  });

  test('[OAI28] one the vendor no longer knows is over', () => {
    const { events, send } = startReadyCodec();
    events(created('r1'));
    send({ type: 'response-cancel', responseId: 'r1' });
    expect(events(failure('response_cancel_not_active', 'Nothing to cancel.'))).toEqual([
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'client_cancelled' },
    ]);
  });
});

describe('tools', () => {
  test('[OAI30] a call comes through once, and only when it is written to its end', () => {
    const { events } = startReadyCodec();
    events(created('r1'));
    const call = {
      type: 'tool-call',
      callId: 'call_77',
      name: 'find_tea',
      arguments: '{"kind":"mint"}',
      responseId: 'r1',
    };
    expect(events(functionCall('r1', 'call_77'), functionCall('r1', 'call_77'))).toEqual([call]);
    expect(events(functionCall('r1', 'call_78', { status: 'incomplete' }))).toEqual([]);
    const output = [functionCall('r1', 'call_77')['item'], functionCall('r1', 'call_79')['item']];
    expect(events(done('r1', { output }))).toMatchObject([
      { type: 'tool-call', callId: 'call_79' },
      { type: 'provider-error', code: 'UNUSABLE_TOOL_CALL' },
      { type: 'response-end' },
    ]);
  });

  test('[OAI30] a call without a status counts in a completed response only', () => {
    const { events } = startReadyCodec();
    const { item } = functionCall('r1', 'call_1', { status: undefined });
    events(created('r1'));
    expect(events(functionCall('r1', 'call_1', { status: undefined }))).toEqual([]);
    expect(events(done('r1', { status: 'cancelled', output: [item] }))).toMatchObject([{ type: 'response-end' }]);
    events(created('r2'));
    expect(events(done('r2', { output: [item] }))).toMatchObject([
      { type: 'tool-call', callId: 'call_1', responseId: 'r2' },
      { type: 'response-end' },
    ]);
  });

  test('[OAI30] a response that was never announced begins with its call, and the model goes on after the result', () => {
    const { events, receive, send } = startReadyCodec();
    send({ type: 'text-append', text: 'Any mint?' });
    expect(events(functionCall('r1', 'call_1'))).toMatchObject([
      { type: 'response-start', responseId: 'r1' },
      { type: 'tool-call', callId: 'call_1' },
    ]);
    receive(done('r1'));
    expect(send({ type: 'tool-result', callId: 'call_1', output: '4' })).toMatchObject([
      { item: { call_id: 'call_1' } },
      { type: 'response.create' },
    ]);
  });

  test('[OAI30] so does one that is only told at its end; what it calls later belongs to no running one', () => {
    const { events } = startReadyCodec();
    const { item } = functionCall('r1', 'call_1');
    expect(events(done('r1', { output: [item] })).map((event) => event.type)).toEqual([
      'response-start',
      'tool-call',
      'response-end',
    ]);
    expect(events(functionCall('r1', 'call_2'), functionCall('r1', 'call_2'))).toEqual([
      { type: 'tool-call', callId: 'call_2', name: 'find_tea', arguments: '{"kind":"mint"}' },
    ]);
  });

  test('[OAI31] results go out at once; the model goes on after the last one and the end of the calling response', () => {
    const { receive, send } = startReadyCodec();
    receive(created('r1'));
    receive(functionCall('r1', 'call_1'));
    receive(functionCall('r1', 'call_2'));
    expect(send({ type: 'tool-result', callId: 'call_1', output: '{"stock":4}' })).toEqual([
      {
        type: 'conversation.item.create',
        event_id: 'output-call_1',
        item: { type: 'function_call_output', call_id: 'call_1', output: '{"stock":4}' },
      },
    ]);
    expect(receive(done('r1')).frames).toEqual([]);
    expect(send({ type: 'tool-result', callId: 'call_2', output: 'none' })).toMatchObject([
      { item: { call_id: 'call_2' } },
      { type: 'response.create', event_id: 'response-1' },
    ]);
  });

  test('[OAI31] results before the end of the calling response wait for it', () => {
    const { receive, send } = startReadyCodec();
    receive(created('r1'));
    receive(functionCall('r1', 'call_1'));
    expect(send({ type: 'tool-result', callId: 'call_1', output: '' })).toHaveLength(1);
    expect(receive(done('r1')).frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('[OAI31] after an interruption the result still goes out, and a response that covers it is not asked for again', () => {
    const { receive, send } = startReadyCodec();
    receive(created('r1'));
    receive(functionCall('r1', 'call_1'));
    receive(speechStarted('u2', 0));
    receive(done('r1', { status: 'cancelled' }));
    expect(send({ type: 'tool-result', callId: 'call_1', output: '4' })).toHaveLength(1);
    receive({ type: 'conversation.item.added', item: { id: 'x', type: 'function_call_output', call_id: 'call_1' } });
    receive(created('r2'));
    expect(receive(done('r2')).frames).toEqual([]);
  });
});

describe('the rest', () => {
  test('[OAI37] what is not known comes through whole, and what is known and of no use does not', () => {
    const { events } = startReadyCodec();
    expect(events({ type: 'localai.classifier.result', label: 'dog' })).toEqual([
      {
        type: 'provider-raw',
        name: 'localai.classifier.result',
        raw: { event_id: 'event_1', type: 'localai.classifier.result', label: 'dog' },
      },
    ]);
    expect(events({ type: 'rate_limits.updated', rate_limits: [] }, { type: 'conversation.created' })).toEqual([]);
  });

  test.each([[undefined], [null], [7], ['broken'], [{ type: 5, message: [] }]])(
    '[OAI33] an error of the form %j',
    (error) => {
      const { events } = startReadyCodec();
      expect(events({ type: 'error', error })).toMatchObject([
        { type: 'provider-error', code: 'PROVIDER_ERROR', fatal: false },
      ]);
    },
  );

  test('[OAI37] what cannot be read is invalid', () => {
    const { codec } = startReadyCodec();
    for (const frame of ['', '{"type":', '[]', '{"type":""}', '7', new Uint8Array([1, 2, 255])]) {
      expect(codec.decode(frame, 0)).toMatchObject({ events: [{ type: 'provider-raw', name: 'invalid' }], frames: [] });
    }
    expect(codec.decode('{"type":"response.created"}', 0).events).toMatchObject([
      { type: 'provider-raw', name: 'response.created' },
    ]);
  });

  test('[OAI38] the names of the beta mean the same, whatever the dialect', () => {
    const { events } = startReadyCodec();
    const place = { response_id: 'r1', item_id: 'a1', output_index: 0, content_index: 0 };
    expect(
      events(
        created('r1'),
        { type: 'response.audio.delta', ...place, delta: 'AAAA' },
        { type: 'response.audio_transcript.delta', ...place, delta: 'Tea' },
        { type: 'response.audio_transcript.done', ...place, transcript: 'Tea' },
        { type: 'response.text.delta', ...place, content_index: 1, delta: '!' },
        { type: 'conversation.item.created', item: { id: 'a1' } },
        { type: 'response.audio.done', ...place },
      ).map((event) => event.type),
    ).toEqual(['response-start', 'audio-delta', 'transcript-delta', 'transcript-delta']);
  });

  test('[OAI39] the end of the connection ends what is open and names one cause', () => {
    const { codec, events } = startReadyCodec();
    events(created('r1'), speechStarted('u1', 0));
    expect(codec.close({ type: 'closed', code: 1006, reason: '' }, 9)).toEqual([
      { type: 'speech-end', turnId: 'u1' },
      { type: 'response-end', responseId: 'r1', status: 'failed', reason: 'connection_closed' },
      {
        type: 'provider-error',
        code: 'CONNECTION_LOST',
        message: 'The provider closed the connection with 1006',
        providerCode: '1006',
        fatal: true,
        retryable: true,
      },
    ]);
    expect(codec.wakeAtMs).toBeUndefined();
  });
});

describe('what is remembered is bounded', () => {
  const committed = (id: string) => ({ type: 'input_audio_buffer.committed', item_id: id });
  const transcribed = (id: string) => ({
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: id,
    transcript: 'Hello',
  });

  test('[OAI60] of turns the latest 1,000', () => {
    const { events } = startReadyCodec();
    for (let turn = 1; turn <= 1001; turn++) events(committed(`u${turn}`), transcribed(`u${turn}`));
    expect(events(committed('u2'), transcribed('u2'))).toEqual([]);
    expect(events(committed('u1'), transcribed('u1'))).toHaveLength(2);
  });

  test('[OAI60] a message with an id of more than 1,024 characters cannot be read, nor can its audio', () => {
    const { events } = startReadyCodec();
    const long = 'i'.repeat(1025);
    expect(events(committed('i'.repeat(1024)))).toMatchObject([{ type: 'input-commit' }]);
    expect(events(committed(long))).toMatchObject([{ type: 'provider-raw', name: 'input_audio_buffer.committed' }]);
    expect(events(created(long))).toMatchObject([{ type: 'provider-raw', name: 'response.created' }]);
    expect(events(audioDelta('r1', long, 'AAAA'))).toMatchObject([
      { type: 'provider-raw', name: 'response.output_audio.delta' },
    ]);
  });

  test('[OAI60] of responses 64 run at once; another is not heard until one is over', () => {
    const { events } = startReadyCodec();
    for (let index = 1; index <= 64; index++) events(created(`r${index}`));
    expect(events(created('r65'), words('r65', 'a1', 'Hello'))).toEqual([]);
    expect(events(done('r1'), words('r66', 'a1', 'Hello'))).toMatchObject([
      { type: 'response-end' },
      { type: 'response-start', responseId: 'r66' },
      { type: 'transcript-delta' },
    ]);
  });

  test('[OAI60] of a response 256 calls are made', () => {
    const { events } = startReadyCodec();
    const calls = Array.from({ length: 300 }, (_, index) => functionCall('r1', `c${index}`));
    expect(events(created('r1'), ...calls).filter(({ type }) => type === 'tool-call')).toHaveLength(256);
  });

  test('[OAI60] of words as much as is compared', () => {
    const { events } = startReadyCodec();
    const text = 'a'.repeat(300_000);
    const final = (itemId: string, transcript: string) => ({
      type: 'response.output_audio_transcript.done',
      response_id: 'r1',
      item_id: itemId,
      content_index: 0,
      transcript,
    });
    events(created('r1'), words('r1', 'a1', text));
    expect(events(final('a1', text))).toEqual([]);
    expect(events(final('a1', 'another'))).toMatchObject([{ type: 'transcript-delta', delta: ' another' }]);
    // The fifth finds no room: it counts as said otherwise, and is told.
    for (let item = 2; item <= 6; item++) events(itemAdded('r1', `a${item}`), words('r1', `a${item}`, text));
    expect(events(final('a2', text))).toEqual([]);
    expect(events(final('a6', text))).toMatchObject([{ type: 'transcript-replace', text: 'a'.repeat(262_144) }]);
  });
});

test('[OAI61] of a response with 5,000 items the first 256 are read', () => {
  const { events } = startReadyCodec();
  const output = Array.from({ length: 5000 }, (_, index) => functionCall('r1', `c${index}`)['item']);
  const seen = events(created('r1'), done('r1', { output }));
  expect(seen.filter(({ type }) => type === 'tool-call')).toHaveLength(256);
  expect(seen.at(-1)).toMatchObject({ type: 'response-end', status: 'completed' });
});
