import { encodeBase64 } from '@speko/adapter-kit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  audioDelta,
  BERTH_STATUS,
  callWritten,
  committed,
  created,
  done,
  failure,
  itemDone,
  type Message,
  started,
  startReadyCodec,
  stopped,
  words,
} from './__fixtures__/start-codec.ts';

const TOOLS = { tools: [BERTH_STATUS] };
const USAGE = {
  input_tokens: 94,
  input_token_details: { text_tokens: 6, audio_tokens: 88, grok_tokens: 0 },
  output_tokens: 158,
  output_token_details: { text_tokens: 8, audio_tokens: 150, grok_tokens: 0 },
  total_tokens: 252,
  output_audio_seconds: 3.0,
  billable_audio_seconds: 4,
};
const COUNTED = {
  inputAudioTokens: 88,
  outputAudioTokens: 150,
  inputTextTokens: 6,
  outputTextTokens: 8,
  cachedTokens: 0,
};

afterEach(() => vi.restoreAllMocks());

describe('responses', () => {
  test.each([
    ['completed', { status: 'completed' }],
    ['cancelled', { status: 'cancelled' }],
    ['incomplete', { status: 'incomplete', reason: 'unknown' }],
    ['sleeping', { status: 'incomplete', reason: 'sleeping' }],
  ])('[XAI19] %s ends as it says, and the word "unimplemented" is no reason', (status, end) => {
    expect(startReadyCodec().events(created('r1'), done('r1', { status }))).toEqual([
      { type: 'response-start', responseId: 'r1' },
      { type: 'response-end', responseId: 'r1', ...end },
    ]);
  });

  test('[XAI19] one that was never announced begins with its first sound or word', () => {
    expect(
      startReadyCodec()
        .events(audioDelta('r1', 'a1'), done('r1'))
        .map(({ type }) => type),
    ).toEqual(['response-start', 'audio-delta', 'response-end']);
    expect(startReadyCodec().events(words('r1', 'a1', 'Hi'))).toMatchObject([
      { type: 'response-start' },
      { delta: 'Hi' },
    ]);
  });

  test('[XAI19] the one before ends when the next begins, and nothing of it is heard any more', () => {
    const { events } = startReadyCodec();
    expect(events(created('r1'), created('r2'), audioDelta('r1', 'a1'), words('r1', 'a1', 'x'), done('r1'))).toEqual([
      { type: 'response-start', responseId: 'r1' },
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'superseded' },
      { type: 'response-start', responseId: 'r2' },
    ]);
    // A late announcement of one that is over does not end the one that runs.
    expect(events(created('r1'), audioDelta('r2', 'a2'))).toMatchObject([{ type: 'audio-delta', responseId: 'r2' }]);
  });

  test('[XAI20] audio is taken from the message as it is, without parsing it, as bytes and as text', () => {
    const { codec, events } = startReadyCodec();
    events(created('r1'));
    const pcm = Uint8Array.from({ length: 960 }, (_, index) => (index * 13) % 256);
    const text = JSON.stringify({ event_id: 'e', ...audioDelta('r1', 'a1', encodeBase64(pcm)) });
    const parse = vi.spyOn(JSON, 'parse');
    for (const frame of [text, new TextEncoder().encode(text)]) {
      const { events: heard } = codec.decode(frame, 0);
      expect(heard).toHaveLength(1);
      expect(heard[0]).toMatchObject({ type: 'audio-delta', responseId: 'r1', itemId: 'a1' });
      expect(heard[0]?.type === 'audio-delta' && Buffer.from(heard[0].pcm).equals(pcm)).toBe(true);
    }
    expect(parse).toHaveBeenCalledTimes(0);
  });

  test('[XAI20] also the first audio after a turn, and audio that is not to be heard, is not parsed', () => {
    const { codec, events } = startReadyCodec();
    events(started('u1'), stopped('u1'), committed('u1'), created('r1'));
    const frame = JSON.stringify(audioDelta('r1', 'a1'));
    const parse = vi.spyOn(JSON, 'parse');
    expect(codec.decode(frame, 0).events.map(({ type }) => type)).toEqual(['input-commit', 'audio-delta']);
    codec.encode({ type: 'response-cancel', responseId: 'r1' }, 0);
    expect(codec.decode(frame, 0).events).toEqual([]);
    expect(parse).toHaveBeenCalledTimes(0);
  });

  test('[XAI20] audio in an unusual form is parsed and comes out the same, half samples joined', () => {
    const { codec, events } = startReadyCodec();
    events(created('r1'));
    const unusual = JSON.stringify({ ...audioDelta('r1', 'a1', 'AAEC'), latency: { seconds: 0.66 } });
    const heard = [...codec.decode(unusual, 0).events, ...events(audioDelta('r1', 'a1', 'Aw=='))];
    expect(heard.map((event) => event.type === 'audio-delta' && [...event.pcm])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test('[XAI22] words come as they are said, audio or text; a final text that differs replaces them', () => {
    const { events } = startReadyCodec();
    events(created('r1'));
    const end = { type: 'response.output_audio_transcript.done', response_id: 'r1', item_id: 'a1' };
    const text = { type: 'response.text.delta', response_id: 'r1', item_id: 'a2', delta: 'Noon.' };
    expect(
      events(words('r1', 'a1', 'Yes, '), words('r1', 'a1', 'hourly'), { ...end, transcript: 'Yes, every hour.' }, text),
    ).toEqual([
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'a1', delta: 'Yes, ' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'a1', delta: 'hourly' },
      { type: 'transcript-replace', role: 'assistant', turnId: 'r1', itemId: 'a1', text: 'Yes, every hour.' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'a2', delta: 'Noon.' },
    ]);
    expect(events({ ...end, transcript: 'Yes, every hour.' })).toEqual([]);
  });

  test('[XAI23] what the user talks over is not heard any more, and the next response is', () => {
    const { events } = startReadyCodec();
    events(created('r1'), audioDelta('r1', 'a1'));
    expect(events(started('u1', 10), audioDelta('r1', 'a1'), words('r1', 'a1', 'x'))).toMatchObject([
      { type: 'speech-start' },
      // Its words belong to sound that was heard: they come later.
      { type: 'transcript-delta', turnId: 'r1', itemId: 'a1', delta: 'x' },
    ]);
    expect(events(words('r1', 'a1', 'y'))).toMatchObject([{ type: 'transcript-delta', delta: 'y' }]);
    expect(
      events(done('r1', { status: 'cancelled' }), words('r1', 'a1', 'z'), created('r2'), audioDelta('r2', 'a2')),
    ).toMatchObject([
      { type: 'response-end', status: 'cancelled', reason: 'turn_detected' },
      { type: 'response-start' },
      { type: 'audio-delta', responseId: 'r2' },
    ]);
  });

  test('[XAI24] usage stands beside the response, since the one inside is empty', () => {
    const { events } = startReadyCodec();
    expect(events(created('r1'), done('r1', {}, USAGE)).at(-1)).toEqual({
      type: 'response-end',
      responseId: 'r1',
      status: 'completed',
      usage: COUNTED,
    });
    expect(events(created('r2'), done('r2', { usage: USAGE })).at(-1)).toMatchObject({ usage: COUNTED });
    expect(events(created('r3'), done('r3')).at(-1)).not.toHaveProperty('usage');
  });

  test('[XAI24] usage that comes after the end is reported, and a repeated one is not', () => {
    const { events } = startReadyCodec();
    events(created('r1'), created('r2'));
    expect(events(done('r1', {}, USAGE), done('r1', {}, USAGE))).toEqual([
      { type: 'usage-report', responseId: 'r1', usage: COUNTED },
    ]);
    expect(events(done('r2', {}, USAGE), done('r2', {}, USAGE))).toHaveLength(1);
  });

  test('[XAI25] one that says nothing for 15 seconds is over', () => {
    const { codec, receive, wake } = startReadyCodec();
    receive(created('r1'), 1000);
    codec.decode(JSON.stringify(audioDelta('r1', 'a1')), 4000);
    expect(codec.wakeAtMs).toBe(19_000);
    expect(wake(19_000).events).toEqual([
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'no_response_done' },
    ]);
    expect(receive(audioDelta('r1', 'a1'), 19_500).events).toEqual([]);
  });

  test('[XAI25] one whose last item is complete is over after 5 seconds', () => {
    const { codec, receive, wake } = startReadyCodec();
    receive(created('r1'), 0);
    receive(itemDone('r1'), 2000);
    expect(codec.wakeAtMs).toBe(7000);
    expect(wake(7000).events).toEqual([{ type: 'response-end', responseId: 'r1', status: 'completed' }]);
  });

  test.each([
    ['by the user’s voice', 'turn_detected'],
    ['by a command', 'client_cancelled'],
  ])('[XAI25] one that was cut %s is over after 3 seconds, whatever still comes of it', (_name, reason) => {
    const { codec, receive, send, wake } = startReadyCodec();
    receive(created('r1'), 0);
    if (reason === 'turn_detected') receive(started('u1'), 1000);
    else send({ type: 'response-cancel', responseId: 'r1' }, 1000);
    receive(audioDelta('r1', 'a1'), 3500);
    receive({ type: 'response.output_item.added', response_id: 'r1', item: { id: 'a2', type: 'message' } }, 3600);
    receive(itemDone('r1'), 3700);
    expect(codec.wakeAtMs).toBe(4000);
    expect(wake(4000).events).toEqual([{ type: 'response-end', responseId: 'r1', status: 'cancelled', reason }]);
    expect(receive(done('r1', { status: 'cancelled' }), 5000).events).toEqual([]);
  });
});

describe('asking for responses', () => {
  test('[XAI26] a second request waits for the first response to end', () => {
    const { receive, send } = startReadyCodec();
    send({ type: 'text-append', text: 'One.' });
    expect(send({ type: 'text-append', text: 'Two.' })).toMatchObject([{ type: 'conversation.item.create' }]);
    expect(receive(created('r1', 'response-1')).frames).toEqual([]);
    expect(receive(done('r1')).frames).toMatchObject([{ type: 'response.create', event_id: 'response-2' }]);
  });

  test('[XAI26] an end that never comes holds up nobody for ever', () => {
    const { receive, send, wake } = startReadyCodec();
    receive(created('r1'), 0);
    expect(send({ type: 'text-append', text: 'One.' }, 100)).toMatchObject([{ type: 'conversation.item.create' }]);
    expect(wake(15_000).frames).toMatchObject([{ type: 'response.create' }]);
  });

  test.each([
    ['with our id', { code: 'conversation_already_has_active_response', message: 'Busy.', event_id: 'response-1' }],
    ['with nothing but words', { message: 'Conversation already has an active response' }],
  ])('[XAI26] a refusal %s is not reported, and asked again when the other response is over', (_name, refusal) => {
    const { receive, send } = startReadyCodec();
    send({ type: 'text-append', text: 'One.' });
    expect(receive(failure(refusal))).toEqual({ events: [], frames: [] });
    receive(created('r1'));
    expect(receive(done('r1')).frames).toMatchObject([{ type: 'response.create', event_id: 'response-2' }]);
  });

  test('[XAI26] typed messages are confirmed in their order, by items with ids of the vendor’s', () => {
    const { receive, send } = startReadyCodec();
    receive(created('r1'));
    send({ type: 'text-append', text: 'One.' });
    const item = { id: 'any', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'One.' }] };
    receive({ type: 'conversation.item.added', item });
    receive(done('r1'));
    // The vendor’s own response began after the item came in, so it answers it.
    receive(failure({ message: 'Conversation already has an active response' }));
    receive(created('r2'));
    expect(receive(done('r2')).frames).toEqual([]);
  });

  test('[XAI26] a request without an answer is given up after ten seconds', () => {
    const { codec, send, wake } = startReadyCodec();
    send({ type: 'text-append', text: 'One.' }, 1000);
    expect(codec.wakeAtMs).toBe(11_000);
    expect(wake(11_000)).toEqual({ events: [], frames: [] });
  });
});

describe('interrupting', () => {
  test('[XAI27] the running response is cancelled by its id, and nothing of it is heard', () => {
    const { events, send } = startReadyCodec();
    events(created('r1'), audioDelta('r1', 'a1'));
    expect(send({ type: 'response-cancel', responseId: 'r1' })).toEqual([
      { type: 'response.cancel', response_id: 'r1' },
    ]);
    expect(events(audioDelta('r1', 'a1'))).toEqual([]);
    expect(events(done('r1', { status: 'cancelled' }))).toEqual([
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'client_cancelled' },
    ]);
  });

  test('[XAI27] one that is over is not cancelled, and one the vendor no longer knows is over', () => {
    const { events, send } = startReadyCodec();
    events(created('r1'), done('r1'));
    expect(send({ type: 'response-cancel', responseId: 'r1' })).toEqual([]);
    events(created('r2'));
    send({ type: 'response-cancel', responseId: 'r2' });
    expect(events(failure({ message: 'Cancellation failed: no active response found' }))).toEqual([
      { type: 'response-end', responseId: 'r2', status: 'cancelled', reason: 'client_cancelled' },
    ]);
  });

  test('[XAI27] response.cancelled is an end as well', () => {
    const { events, send } = startReadyCodec();
    events(created('r1'));
    send({ type: 'response-cancel', responseId: 'r1' });
    expect(events({ type: 'response.cancelled' })).toMatchObject([{ type: 'response-end', status: 'cancelled' }]);
  });

  test('[XAI28] what was heard in part is truncated, what was not heard is deleted, and nobody waits for it', () => {
    const { events, send } = startReadyCodec();
    const items = [
      { itemId: 'a', heardMs: 840.5, totalMs: 3000 },
      { itemId: 'b', heardMs: 0, totalMs: 900 },
    ];
    expect(send({ type: 'response-truncate', responseId: 'r1', items })).toEqual([
      { type: 'conversation.item.truncate', item_id: 'a', content_index: 0, audio_end_ms: 840 },
      { type: 'conversation.item.delete', item_id: 'b' },
    ]);
    expect(
      events(
        failure({ message: 'conversation.item.truncate is not supported' }),
        { type: 'conversation.item.truncated', item_id: 'a', audio_end_ms: 840, transcript: 'The tide' },
        { type: 'conversation.item.deleted', item_id: '' },
      ),
    ).toEqual([]);
  });
});

describe('tools', () => {
  const call = {
    type: 'tool-call',
    callId: 'call-7-0',
    name: 'berth_status',
    arguments: '{"berth":"B12"}',
    responseId: 'r1',
  };
  const item = (fields: Message = {}) => ({
    id: 'f1',
    type: 'function_call',
    role: 'user',
    status: 'completed',
    call_id: 'call-7-0',
    name: 'berth_status',
    arguments: '{"berth":"B12"}',
    ...fields,
  });

  test('[XAI29] a call comes through once, by its arguments or by its item', () => {
    const byArguments = startReadyCodec(TOOLS);
    byArguments.events(created('r1'));
    const repeated = done('r1', { output: [item()] });
    expect(byArguments.events(callWritten('call-7-0'), itemDone('r1', item()), repeated)).toEqual([
      call,
      { type: 'response-end', responseId: 'r1', status: 'completed' },
    ]);
    const byItem = startReadyCodec(TOOLS);
    expect(byItem.events(created('r1'), itemDone('r1', item()), callWritten('call-7-0')).slice(1)).toEqual([call]);
  });

  test('[XAI29] a call that was not written to its end does not', () => {
    const { events } = startReadyCodec(TOOLS);
    events(created('r1'));
    expect(events(itemDone('r1', item({ status: 'incomplete' })), itemDone('r1', item({ arguments: null })))).toEqual(
      [],
    );
  });

  test('[XAI29] a call that comes after its response was given up still does, and one of a dropped response does not', () => {
    const { receive, send, wake } = startReadyCodec(TOOLS);
    receive(created('r1'), 0);
    receive(itemDone('r1'), 0);
    wake(5000);
    const { responseId: _, ...late } = call;
    expect(receive(callWritten('call-7-0'), 6000).events).toEqual([late]);
    expect(send({ type: 'tool-result', callId: 'call-7-0', output: '{}' }, 6100)).toHaveLength(2);
    receive(created('r2'), 6200);
    receive(created('r3'), 6300);
    expect(receive({ ...callWritten('call-8-0'), response_id: 'r2' }, 6400).events).toEqual([]);
  });

  test('[XAI30] tools of the vendor are reported and not answered', () => {
    const { events, send } = startReadyCodec(TOOLS);
    events(created('r1'));
    const search = callWritten('call-1-0', 'x_keyword_search', '{"query":"ferry"}');
    expect(events(search, search, itemDone('r1', item({ call_id: 'call-1-0', name: 'x_keyword_search' })))).toEqual([
      { type: 'server-tool', callId: 'call-1-0', name: 'x_keyword_search', status: 'started' },
    ]);
    expect(events(audioDelta('r1', 'a1'))).toMatchObject([
      { type: 'server-tool', callId: 'call-1-0', status: 'completed' },
      { type: 'audio-delta' },
    ]);
    expect(events(done('r1'))).toHaveLength(1);
    expect(send({ type: 'text-append', text: 'x' })).toHaveLength(2);
  });

  test.each([[[]], [[BERTH_STATUS]]])(
    '[XAI30] a name that nobody has is the client’s to answer, with tools %j',
    (tools) => {
      const { events, send } = startReadyCodec({ tools });
      events(created('r1'));
      const call = callWritten('c1', 'berth_state', '{"berth":"4"}');
      expect(
        events(call, itemDone('r1', item({ call_id: 'c1', name: 'berth_state', arguments: '{"berth":"4"}' }))),
      ).toEqual([
        { type: 'tool-call', callId: 'c1', name: 'berth_state', arguments: '{"berth":"4"}', responseId: 'r1' },
      ]);
      events(done('r1'));
      expect(send({ type: 'tool-result', callId: 'c1', output: '{"error":"No such tool."}' })).toMatchObject([
        { item: { type: 'function_call_output', call_id: 'c1' } },
        { type: 'response.create' },
      ]);
    },
  );

  test('[XAI30] beside an MCP server such a name is one of its tools', () => {
    const serverTools = [{ type: 'mcp' as const, serverUrl: 'https://mcp.example.com', serverLabel: 'tides' }];
    const { events } = startReadyCodec(TOOLS, { serverTools });
    expect(events(created('r1'), callWritten('c1', 'next_tide', '{}')).at(-1)).toEqual({
      type: 'server-tool',
      callId: 'c1',
      name: 'next_tide',
      status: 'started',
    });
  });

  test('[XAI30] MCP calls have the name of their item', () => {
    const { events } = startReadyCodec();
    events(created('r1'), {
      type: 'response.output_item.added',
      response_id: 'r1',
      item: { id: 'm1', type: 'mcp_call', name: 'tides' },
    });
    const mcp = (status: string, id: string) => ({ type: `response.mcp_call.${status}`, item_id: id, output_index: 0 });
    expect(
      events(mcp('in_progress', 'm1'), mcp('completed', 'm1'), mcp('in_progress', 'm2'), mcp('failed', 'm2')),
    ).toEqual([
      { type: 'server-tool', callId: 'm1', name: 'tides', status: 'started' },
      { type: 'server-tool', callId: 'm1', name: 'tides', status: 'completed' },
      { type: 'server-tool', callId: 'm2', name: 'mcp', status: 'started' },
      { type: 'server-tool', callId: 'm2', name: 'mcp', status: 'failed' },
    ]);
  });

  test('[XAI30] one that a response leaves running fails with it', () => {
    const { events } = startReadyCodec();
    events(created('r1'), callWritten('call-1-0', 'web_search'));
    expect(events(done('r1', { status: 'cancelled' }))).toMatchObject([
      { type: 'server-tool', status: 'failed' },
      { type: 'response-end' },
    ]);
  });

  test('[XAI31] results go out at once; the model goes on after the last one and the end of the calling response', () => {
    const { receive, send } = startReadyCodec(TOOLS);
    receive(created('r1'));
    receive(callWritten('call-1'));
    receive(callWritten('call-2'));
    expect(send({ type: 'tool-result', callId: 'call-1', output: '{"free":true}' })).toEqual([
      {
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id: 'call-1', output: '{"free":true}' },
      },
    ]);
    expect(receive(done('r1')).frames).toEqual([]);
    expect(send({ type: 'tool-result', callId: 'call-2', output: 'none' })).toMatchObject([
      { item: { call_id: 'call-2' } },
      { type: 'response.create', event_id: 'response-1' },
    ]);
  });

  test('[XAI31] after an interruption the result still goes out, and a response that covers it is not asked for again', () => {
    const { receive, send } = startReadyCodec(TOOLS);
    receive(created('r1'));
    receive(callWritten('call-1'));
    receive(started('u2'));
    receive(done('r1', { status: 'cancelled' }));
    expect(send({ type: 'tool-result', callId: 'call-1', output: '4' })).toHaveLength(1);
    receive({
      type: 'conversation.item.added',
      item: { id: 'x', type: 'function_call_output', role: 'tool', call_id: 'call-1' },
    });
    receive(created('r2'));
    expect(receive(done('r2')).frames).toEqual([]);
  });
});

describe('the rest', () => {
  test('[XAI38] what is not known comes through whole, and what is known and of no use does not', () => {
    const { events } = startReadyCodec();
    const dtmf = { type: 'input_audio_buffer.dtmf_event_received', event: '5' };
    expect(events(dtmf)).toEqual([{ type: 'provider-raw', name: dtmf.type, raw: { event_id: 'e1', ...dtmf } }]);
    expect(events({ type: 'ping', timestamp: 1 }, { type: 'mcp_list_tools.completed', item_id: 'm' })).toEqual([]);
  });

  test('[XAI38] what cannot be read is invalid, a binary message among JSON as well', () => {
    const { codec } = startReadyCodec();
    for (const frame of ['', '{"type":', '[]', '{"type":""}', new Uint8Array([1, 2, 255])]) {
      expect(codec.decode(frame, 0)).toMatchObject({ events: [{ type: 'provider-raw', name: 'invalid' }], frames: [] });
    }
  });

  test('[XAI39] the end of the connection ends what is open and names one cause', () => {
    const { codec, events } = startReadyCodec();
    events(created('r1'), callWritten('call-1', 'web_search'), started('u1'));
    expect(codec.close({ type: 'closed', code: 1006, reason: '' }, 9)).toEqual([
      { type: 'speech-end', turnId: 'u1' },
      { type: 'server-tool', callId: 'call-1', name: 'web_search', status: 'failed' },
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
  const mcp = (itemId: string, end: string): Message => ({ type: `response.mcp_call.${end}`, item_id: itemId });

  test('[XAI58] of the vendor’s tools that are over the latest 1,000', () => {
    const { events } = startReadyCodec();
    for (let call = 1; call <= 1001; call++) events(mcp(`m${call}`, 'completed'));
    expect(events(mcp('m2', 'completed'))).toEqual([]);
    expect(events(mcp('m1', 'completed'))).toHaveLength(1);
  });

  test('[XAI58] and 256 that run', () => {
    const { events } = startReadyCodec();
    const calls = Array.from({ length: 300 }, (_, index) => mcp(`m${index}`, 'in_progress'));
    expect(events(...calls)).toHaveLength(256);
  });

  test('[XAI58] a message with an id of more than 1,024 characters cannot be read', () => {
    const { events } = startReadyCodec();
    const message = { type: 'input_audio_buffer.committed', item_id: 'i'.repeat(1025) };
    expect(events(message)).toMatchObject([{ type: 'provider-raw', name: 'input_audio_buffer.committed' }]);
  });
});

test('[XAI59] of a response with 5,000 items the first 256 are read', () => {
  const { events } = startReadyCodec(TOOLS);
  const output = Array.from({ length: 5000 }, (_, index) => ({
    type: 'function_call',
    call_id: `c${index}`,
    name: 'berth_status',
    arguments: '{}',
  }));
  const seen = events(created('r1'), done('r1', { output }));
  expect(seen.filter(({ type }) => type === 'tool-call')).toHaveLength(256);
  expect(seen.at(-1)).toMatchObject({ type: 'response-end', status: 'completed' });
});
