import { encodeBase64 } from '@speko/adapter-kit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  MODELS,
  activityEnd,
  activityStart,
  audio,
  call,
  content,
  generationComplete,
  heard,
  interrupted,
  part,
  said,
  startCodec,
  startReadyCodec,
  toolCall,
  turnComplete,
  types,
} from './__fixtures__/start-codec.ts';

afterEach(() => vi.restoreAllMocks());

describe('beginning', () => {
  test('[GEM7] the session is ready once, on setupComplete', () => {
    const { events } = startCodec();
    expect(events({ setupComplete: {} }, { setupComplete: { sessionId: 's' } })).toEqual([
      { type: 'session-ready', ignored: [] },
    ]);
  });

  test('[GEM7] nothing is said before it', () => {
    const { events } = startCodec();
    expect(types(events(audio, heard('Hello'), { goAway: { timeLeft: '5s' } }))).toEqual([
      'provider-raw',
      'provider-raw',
      'provider-raw',
    ]);
    expect(types(events({ setupComplete: {}, sessionResumptionUpdate: { newHandle: 'h', resumable: true } }))).toEqual([
      'session-ready',
      'resumption-update',
    ]);
  });

  test('[GEM8] a first message is asked for word for word, as realtime text', () => {
    const { receive } = startCodec({ firstMessage: 'Tea "to go"?' });
    expect(receive({ setupComplete: {} }).frames).toEqual([
      {
        realtimeInput: {
          text: String.raw`Say exactly the following to the user, word for word, and nothing else: "Tea \"to go\"?"`,
        },
      },
    ]);
  });

  test('[GEM8] or as content, by older models', () => {
    const { receive } = startCodec({ firstMessage: 'Hello.', model: 'gemini-live-2.5-flash' });
    expect(receive({ setupComplete: {} }).frames).toEqual([
      {
        clientContent: {
          turns: [
            {
              role: 'user',
              parts: [{ text: 'Say exactly the following to the user, word for word, and nothing else: "Hello."' }],
            },
          ],
          turnComplete: true,
        },
      },
    ]);
  });

  const history = [
    { type: 'message', role: 'user', text: 'Is my bike ready?' },
    { type: 'message', role: 'assistant', text: 'Yes, it is.' },
  ] as const;

  test('[GEM9] a resumed session is told nothing, and not opened again', () => {
    const { hello, receive } = startCodec({ firstMessage: 'Hello.', continuation: { handle: 'h-1', history } });
    expect(hello()[0]).toMatchObject({ setup: { sessionResumption: { handle: 'h-1' } } });
    expect(hello()[0]).not.toHaveProperty('setup.historyConfig');
    expect(receive({ setupComplete: {} }).frames).toEqual([]);
  });

  const openCall = { type: 'tool-call', callId: 'fc_1', name: 'find_tea', arguments: '{}' } as const;

  test('[GEM9, GEM35] calls that were open are answered, and their results follow as words', () => {
    const { receive, send } = startCodec({ continuation: { handle: 'h-1', history: [...history, openCall] } });
    expect(receive({ setupComplete: {} }).frames).toEqual([
      {
        toolResponse: {
          functionResponses: [
            {
              id: 'fc_1',
              name: 'find_tea',
              response: { error: 'The connection was replaced. The result follows as a message.' },
            },
          ],
        },
      },
    ]);
    expect(send({ type: 'tool-result', callId: 'fc_1', output: '{"stock":4}' })).toEqual([
      { realtimeInput: { text: '[The function find_tea returned: {"stock":4}]' } },
    ]);
    expect(send({ type: 'tool-result', callId: 'fc_1', output: '{}' })).toEqual([]);
  });

  test('[GEM9] other models are not answered what they did not ask on this connection', () => {
    const { receive } = startCodec({
      model: 'gemini-3.1-flash-live-preview',
      continuation: { handle: 'h-1', history: [openCall] },
    });
    expect(receive({ setupComplete: {} }).frames).toEqual([]);
  });

  test('[GEM10] a lost conversation is announced and told', () => {
    const { hello, receive } = startCodec({ continuation: { history } });
    expect(hello()[0]).toMatchObject({
      setup: { sessionResumption: {}, historyConfig: { initialHistoryInClientContent: true } },
    });
    expect(receive({ setupComplete: {} }).frames).toEqual([
      {
        clientContent: {
          turns: [
            { role: 'user', parts: [{ text: 'Is my bike ready?' }] },
            { role: 'model', parts: [{ text: 'Yes, it is.' }] },
          ],
          turnComplete: true,
        },
      },
    ]);
  });

  test('[GEM10] to older models as plain content, which ends with the user', () => {
    const { hello, receive } = startCodec({ model: 'gemini-live-2.5-flash', continuation: { history } });
    expect(hello()[0]).not.toHaveProperty('setup.historyConfig');
    expect(receive({ setupComplete: {} }).frames).toEqual([
      {
        clientContent: {
          turns: [
            { role: 'user', parts: [{ text: 'Is my bike ready?' }] },
            { role: 'model', parts: [{ text: 'Yes, it is.' }] },
            { role: 'user', parts: [{ text: ' ' }] },
          ],
          turnComplete: false,
        },
      },
    ]);
  });

  const asked = [...history, { type: 'message', role: 'user', text: 'And when do you close?' }] as const;

  test('[GEM10] a question nobody answered is asked again', () => {
    expect(startCodec({ continuation: { history: asked } }).receive({ setupComplete: {} }).frames).toMatchObject([
      { clientContent: { turns: [{ role: 'user' }, { role: 'model' }], turnComplete: true } },
      { realtimeInput: { text: 'And when do you close?' } },
    ]);
    const older = startCodec({ model: 'gemini-live-2.5-flash', continuation: { history: asked } });
    expect(older.receive({ setupComplete: {} }).frames).toMatchObject([
      { clientContent: { turns: [{ role: 'user' }, { role: 'model' }, { role: 'user' }], turnComplete: true } },
    ]);
  });

  test('[GEM10] a history is never announced without having one', () => {
    const nothing = startCodec({ continuation: { history: [] } });
    expect(nothing.hello()[0]).not.toHaveProperty('setup.historyConfig');
    expect(nothing.receive({ setupComplete: {} }).frames).toEqual([]);
    const onlyAsked = startCodec({ continuation: { history: asked.slice(2) } });
    expect(onlyAsked.hello()[0]).not.toHaveProperty('setup.historyConfig');
    expect(onlyAsked.receive({ setupComplete: {} }).frames).toEqual([
      { realtimeInput: { text: 'And when do you close?' } },
    ]);
  });
});

describe('what the user says', () => {
  test('[GEM11] a piece of audio is one message with its bytes and rate, without JSON.stringify', () => {
    const { codec } = startReadyCodec();
    const stringify = vi.spyOn(JSON, 'stringify');
    const pcm = Uint8Array.from({ length: 640 }, (_, index) => index % 251);
    const [frame, ...more] = codec.appendAudio(pcm, 0);
    expect(more).toEqual([]);
    expect(stringify).toHaveBeenCalledTimes(0);
    expect(frame).toBe(
      `{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"${Buffer.from(pcm).toString('base64')}"}}}`,
    );
  });

  test('[GEM12] turns ended by hand are held back until the commit', () => {
    const { codec, append, send } = startReadyCodec({ turnDetection: 'manual' });
    expect(append(3200)).toEqual([]);
    const piece = new Uint8Array([1, 2]);
    expect(codec.appendAudio(piece, 0)).toEqual([]);
    piece.fill(9);
    const output = codec.encode({ type: 'audio-commit' }, 0);
    if (output.type !== 'ok') throw new Error('unsupported');
    expect(output.events).toEqual([{ type: 'input-commit', turnId: 'user-1' }]);
    expect(output.frames.map((frame) => JSON.parse(String(frame)) as unknown)).toMatchObject([
      { realtimeInput: { activityStart: {} } },
      { realtimeInput: { audio: { mimeType: 'audio/pcm;rate=16000' } } },
      { realtimeInput: { audio: { data: 'AQI=' } } },
      { realtimeInput: { activityEnd: {} } },
    ]);
    expect(send({ type: 'audio-commit' })).toEqual([]);
  });

  test('[GEM12] less than 100 ms is no turn, and a clear drops exactly what was held', () => {
    const { append, send } = startReadyCodec({ turnDetection: 'manual' });
    append(3198);
    expect(send({ type: 'audio-commit' })).toEqual([]);
    append(2);
    expect(send({ type: 'audio-clear' })).toEqual([]);
    append(3198);
    expect(send({ type: 'audio-commit' })).toEqual([]);
    append(2);
    expect(send({ type: 'audio-commit' })).toHaveLength(4);
  });

  test('[GEM12] of a turn over a minute the end is sent, and that is reported', () => {
    const { codec } = startReadyCodec({ turnDetection: 'manual' });
    for (let second = 0; second < 62; second++) codec.appendAudio(new Uint8Array(32_000).fill(second % 256), 0);
    const output = codec.encode({ type: 'audio-commit' }, 0);
    if (output.type !== 'ok') throw new Error('unsupported');
    expect(output.frames).toHaveLength(62);
    expect(output.events).toMatchObject([
      { type: 'input-commit' },
      { type: 'provider-error', code: 'INVALID_REQUEST', fatal: false },
    ]);
  });

  test('[GEM13] past 2 MiB what is said meanwhile is sent at once', () => {
    const { append, send } = startReadyCodec();
    append(32_000);
    send({ type: 'audio-commit' });
    for (let piece = 1; piece <= 24; piece++) expect(append(64_000)).toEqual([]);
    expect(append(64_000)).toHaveLength(25);
  });

  test('[GEM13] a commit is silence at the pace of speech; what is said meanwhile follows it', () => {
    const { codec, append, send, wake } = startReadyCodec();
    append(32_000);
    const first = send({ type: 'audio-commit' }, 1000);
    expect(first).toEqual([
      { realtimeInput: { audio: { mimeType: 'audio/pcm;rate=16000', data: Buffer.alloc(3200).toString('base64') } } },
    ]);
    expect(codec.wakeAtMs).toBe(1100);
    const held = { audio: { data: Buffer.alloc(320).toString('base64') } };
    expect(append(320, 1050)).toEqual([]);
    const paced = [];
    let nowMs = 1000;
    while (codec.wakeAtMs !== undefined) {
      nowMs = codec.wakeAtMs;
      paced.push(...wake(nowMs).frames);
    }
    const silence = Buffer.alloc(3200).toString('base64');
    expect(paced.map(({ realtimeInput }) => (realtimeInput as typeof held).audio.data)).toEqual([
      ...Array<string>(12).fill(silence),
      held.audio.data,
    ]);
    expect(nowMs).toBe(2300);
    expect(append(320, nowMs)).toHaveLength(1);
  });

  test.each([
    ['the end of speech', activityEnd],
    ['the answer', audio],
    ['a turn without an answer', turnComplete],
  ])('[GEM13] %s ends it early', (_, message) => {
    const { codec, append, send, receive } = startReadyCodec();
    append(32_000);
    send({ type: 'audio-commit' }, 1000);
    append(320, 1050);
    expect(receive(message).frames).toHaveLength(1);
    expect(codec.wakeAtMs).toBeUndefined();
  });

  test('[GEM13] models that hear the end of the stream get that, and silence when it goes unnoticed', () => {
    const { codec, append, send, wake } = startReadyCodec({ model: 'gemini-3.1-flash-live-preview' });
    append(32_000);
    expect(send({ type: 'audio-commit' }, 1000)).toEqual([{ realtimeInput: { audioStreamEnd: true } }]);
    expect(codec.wakeAtMs).toBe(2000);
    expect(wake(2000).frames).toMatchObject([{ realtimeInput: { audio: {} } }]);
    expect(codec.wakeAtMs).toBe(2100);
  });

  test('[GEM13] nothing happens with less than 100 ms since the last turn', () => {
    const { append, send, events } = startReadyCodec();
    append(3198);
    expect(send({ type: 'audio-commit' })).toEqual([]);
    append(32_000);
    events(audio);
    expect(send({ type: 'audio-commit' })).toEqual([]);
  });

  test('[GEM13] of very much that is said meanwhile nothing is lost', () => {
    const { append, send } = startReadyCodec();
    append(32_000);
    send({ type: 'audio-commit' });
    const sent = Array.from({ length: 1001 }, () => append(640)).flat();
    expect(sent).toHaveLength(1001);
    expect(append(640)).toHaveLength(1);
  });

  test('[GEM14] with the vendor’s turn detection a clear is not possible', () => {
    const { append, send } = startReadyCodec();
    append(3200);
    expect(send({ type: 'audio-clear' })).toEqual({
      type: 'unsupported',
      reason: 'With automatic turn detection audio is sent at once, and Gemini Live cannot forget it.',
    });
  });

  test('[GEM15] typed words are realtime text', () => {
    const { send } = startReadyCodec();
    expect(send({ type: 'text-append', text: 'Close at six?' })).toEqual([
      { realtimeInput: { text: 'Close at six?' } },
    ]);
  });

  test('[GEM16] while an older model waits for results audio is dropped; commits and words wait', () => {
    const { append, send, receive } = startReadyCodec({ model: 'gemini-live-2.5-flash' });
    append(32_000);
    receive(toolCall(call('a'), call('b')));
    expect(append(32_000)).toEqual([]);
    expect(send({ type: 'audio-commit' })).toEqual([]);
    expect(send({ type: 'text-append', text: 'Hurry' })).toEqual([]);
    expect(send({ type: 'tool-result', callId: 'a', output: '{}' })).toMatchObject([{ toolResponse: {} }]);
    expect(send({ type: 'tool-result', callId: 'b', output: '{}' })).toMatchObject([
      { toolResponse: {} },
      { realtimeInput: { text: 'Hurry' } },
    ]);
    expect(append(32_000)).toHaveLength(1);
  });

  test('[GEM16] a turn ended by hand waits once, and a clear takes it back', () => {
    const { append, send, receive } = startReadyCodec({ model: 'gemini-live-2.5-flash', turnDetection: 'manual' });
    receive(toolCall(call('a')));
    append(32_000);
    expect(send({ type: 'audio-commit' })).toEqual([]);
    expect(send({ type: 'audio-commit' })).toEqual([]);
    expect(send({ type: 'tool-result', callId: 'a', output: '{}' })).toMatchObject([
      { toolResponse: {} },
      { realtimeInput: { activityStart: {} } },
      { realtimeInput: { audio: {} } },
      { realtimeInput: { activityEnd: {} } },
    ]);
    receive(toolCall(call('b')));
    append(32_000);
    send({ type: 'audio-commit' });
    send({ type: 'audio-clear' });
    expect(send({ type: 'tool-result', callId: 'b', output: '{}' })).toHaveLength(1);
  });

  test('[GEM16] they wait for one minute at most, and a cancelled call ends the wait', () => {
    const { codec, append, send, receive, wake } = startReadyCodec({ model: 'gemini-live-2.5-flash' });
    receive(toolCall(call('a')), 1000);
    send({ type: 'text-append', text: 'Hurry' }, 2000);
    expect(codec.wakeAtMs).toBe(61_000);
    expect(wake(61_000).frames).toEqual([{ realtimeInput: { text: 'Hurry' } }]);
    expect(append(640, 61_000)).toHaveLength(1);
    const other = startReadyCodec({ model: 'gemini-live-2.5-flash' });
    other.receive(toolCall(call('a')), 1000);
    other.send({ type: 'text-append', text: 'Hurry' }, 2000);
    expect(other.receive({ toolCallCancellation: { ids: ['a'] } }, 3000)).toEqual({
      events: [{ type: 'tool-cancel', callId: 'a' }],
      frames: [{ realtimeInput: { text: 'Hurry' } }],
    });
  });

  test('[GEM16] sixteen wait; another typed text is left out, and that is said', () => {
    const { codec, send, receive } = startReadyCodec({ model: 'gemini-live-2.5-flash' });
    receive(toolCall(call('a')));
    for (let index = 1; index <= 16; index++) send({ type: 'text-append', text: `text ${index}` });
    expect(codec.encode({ type: 'text-append', text: 'text 17' }, 0)).toMatchObject({
      type: 'ok',
      events: [{ type: 'provider-error', code: 'RATE_LIMITED', fatal: false }],
      frames: [],
    });
    const sent = send({ type: 'tool-result', callId: 'a', output: '{}' });
    expect(sent).toHaveLength(17);
    expect(sent).toMatchObject({ 16: { realtimeInput: { text: 'text 16' } } });
  });

  test('[GEM16] newer models take input meanwhile', () => {
    const { append, receive } = startReadyCodec();
    receive(toolCall(call('a')));
    expect(append(640)).toHaveLength(1);
  });
});

describe('turns of the user', () => {
  test('[GEM17, GEM19] a spoken turn is closed before the first event of its answer', () => {
    const { events } = startReadyCodec();
    expect(events(activityStart, heard(' Is my bike ready?'), activityEnd, {}, audio)).toEqual([
      { type: 'speech-start', turnId: 'user-1', audioStartMs: 640 },
      { type: 'transcript-delta', role: 'user', turnId: 'user-1', delta: 'Is my bike ready?' },
      { type: 'speech-end', turnId: 'user-1', audioEndMs: 2120 },
      { type: 'input-commit', turnId: 'user-1' },
      { type: 'transcript-end', role: 'user', turnId: 'user-1', text: 'Is my bike ready?' },
      { type: 'response-start', responseId: 'response-1' },
      { type: 'audio-delta', responseId: 'response-1', itemId: 'item-1', pcm: Buffer.from([1, 2, 3, 4]) },
    ]);
  });

  test('[GEM17] pieces of words are one turn with one final text', () => {
    const { events } = startReadyCodec();
    const all = events(heard(' Is'), heard(' my bi'), heard('ke ready? '), said('Yes'), turnComplete);
    expect(all.filter(({ type }) => type === 'transcript-end')).toEqual([
      { type: 'transcript-end', role: 'user', turnId: 'user-1', text: 'Is my bike ready?' },
    ]);
    expect(all.filter((event) => event.type === 'transcript-delta' && event.role === 'user')).toMatchObject([
      { delta: 'Is' },
      { delta: ' my bi' },
      { delta: 'ke ready? ' },
    ]);
  });

  test.each([
    ['a call', toolCall(call('a'))],
    ['the model’s silence', content({ waitingForInput: true })],
    ['the end of a turn without words', turnComplete],
  ])('[GEM17] %s closes it as well', (_, message) => {
    const { events } = startReadyCodec();
    events(heard('Hm.'));
    expect(events(message).slice(0, 2)).toEqual([
      { type: 'input-commit', turnId: 'user-1' },
      { type: 'transcript-end', role: 'user', turnId: 'user-1', text: 'Hm.' },
    ]);
  });

  test('[GEM17] speech may pause within a turn', () => {
    const { events } = startReadyCodec();
    const turns = events(activityStart, activityEnd, heard('One'), activityStart, activityEnd, heard(' two'), audio);
    expect(turns.flatMap((event) => ('turnId' in event ? [event.turnId] : []))).toEqual(Array(8).fill('user-1'));
    expect(turns).toContainEqual({ type: 'transcript-end', role: 'user', turnId: 'user-1', text: 'One two' });
  });

  test('[GEM18] words that come during the answer are final at its end', () => {
    const { events } = startReadyCodec();
    expect(types(events(activityStart, activityEnd, audio))).toEqual([
      'speech-start',
      'speech-end',
      'input-commit',
      'response-start',
      'audio-delta',
    ]);
    expect(events(heard('Late'), audio, heard(' words'), turnComplete)).toMatchObject([
      { type: 'transcript-delta', turnId: 'user-1', delta: 'Late' },
      { type: 'audio-delta' },
      { type: 'transcript-delta', turnId: 'user-1', delta: ' words' },
      { type: 'response-end' },
      { type: 'transcript-end', turnId: 'user-1', text: 'Late words' },
    ]);
  });

  test('[GEM18] also where no speech was announced', () => {
    const { events } = startReadyCodec();
    expect(events(audio, heard('Late'), turnComplete)).toMatchObject([
      { type: 'response-start' },
      { type: 'audio-delta' },
      { type: 'input-commit', turnId: 'user-1' },
      { type: 'transcript-delta', turnId: 'user-1' },
      { type: 'response-end' },
      { type: 'transcript-end', turnId: 'user-1', text: 'Late' },
    ]);
  });

  test('[GEM18] a second opinion is dropped, until something new is said', () => {
    const { events } = startReadyCodec();
    events(heard('Hello'), audio);
    expect(events(heard('Hallo'))).toEqual([]);
    events(turnComplete);
    expect(events(heard('Next'))).toMatchObject([{ turnId: 'user-2', delta: 'Next' }]);
  });

  test('[GEM18] after an interruption words begin the next turn, also in the same message', () => {
    const { events } = startReadyCodec();
    events(heard('Hello'), audio);
    expect(
      events(content({ interrupted: true, inputTranscription: { text: 'Stop' } }), turnComplete, audio),
    ).toMatchObject([
      { type: 'response-interrupt', responseId: 'response-1' },
      { type: 'transcript-delta', turnId: 'user-2', delta: 'Stop' },
      { type: 'response-end', status: 'cancelled' },
      { type: 'input-commit', turnId: 'user-2' },
      { type: 'transcript-end', turnId: 'user-2', text: 'Stop' },
      { type: 'response-start', responseId: 'response-2' },
      { type: 'audio-delta' },
    ]);
  });

  test('[GEM18] the end of the turn that was cut leaves the new one open', () => {
    const { events } = startReadyCodec();
    events(heard('Hello'), audio, activityStart, interrupted, activityEnd);
    expect(types(events(turnComplete))).toEqual(['response-end']);
    expect(events(heard('No thanks'), audio)).toMatchObject([
      { type: 'transcript-delta', turnId: 'user-2' },
      { type: 'input-commit', turnId: 'user-2' },
      { type: 'transcript-end', turnId: 'user-2' },
      { type: 'response-start' },
      { type: 'audio-delta' },
    ]);
  });

  test('[GEM18] also when that end comes long after we ended it', () => {
    const { events, wake } = startReadyCodec();
    events(heard('Hello'), audio, activityStart, interrupted, activityEnd);
    expect(types([...wake(500).events])).toEqual(['response-end']);
    expect(events(turnComplete)).toEqual([]);
    expect(events(heard('No thanks'))).toMatchObject([{ turnId: 'user-2' }]);
  });

  test('[GEM18] a turn whose words never come has no final text', () => {
    const { events } = startReadyCodec();
    const all = events(activityStart, activityEnd, audio, turnComplete, activityStart, activityEnd, audio);
    expect(types(all)).not.toContain('transcript-end');
    expect(all.filter(({ type }) => type === 'input-commit')).toMatchObject([
      { turnId: 'user-1' },
      { turnId: 'user-2' },
    ]);
  });

  test('[GEM18] a turn ended by hand outlives the reply that it cuts, however that ends', () => {
    for (const endOfReply of [[interrupted, turnComplete], [turnComplete], [generationComplete, turnComplete]]) {
      const { append, send, events } = startReadyCodec({ turnDetection: 'manual' });
      events(audio);
      append(32_000);
      send({ type: 'audio-commit' });
      events(...endOfReply);
      expect(events(heard('Wait'), audio).slice(0, 2)).toMatchObject([
        { type: 'transcript-delta', turnId: 'user-1', delta: 'Wait' },
        { type: 'transcript-end', turnId: 'user-1' },
      ]);
    }
  });

  test('[GEM18] speech that does not interrupt outlives the reply as well', () => {
    const { events } = startReadyCodec({}, { turnDetection: { bargeIn: false } });
    events(heard('Hello'), audio, activityStart, activityEnd, audio);
    expect(types(events(turnComplete))).toEqual(['response-end']);
    expect(events(heard('More'), audio).slice(0, 3)).toMatchObject([
      { type: 'transcript-delta', turnId: 'user-2' },
      { type: 'input-commit', turnId: 'user-2' },
      { type: 'transcript-end', turnId: 'user-2' },
    ]);
  });

  test('[GEM18] of turns ended by hand each has its own words', () => {
    const { append, send, events } = startReadyCodec({ turnDetection: 'manual' });
    append(32_000);
    send({ type: 'audio-commit' });
    expect(events(heard('One'), audio, turnComplete)).toMatchObject([
      { type: 'transcript-delta', turnId: 'user-1' },
      { type: 'transcript-end', turnId: 'user-1', text: 'One' },
      { type: 'response-start' },
      { type: 'audio-delta' },
      { type: 'response-end' },
    ]);
    append(32_000);
    send({ type: 'audio-commit' });
    expect(events(heard('Two'), audio)[0]).toMatchObject({ turnId: 'user-2', delta: 'Two' });
  });

  test('[GEM61] an utterance that is finished is final, and the next words are another one', () => {
    const { events } = startReadyCodec({ model: MODELS['2.5-native-audio'] });
    const finished = content({ inputTranscription: { text: ' tea.', finished: true } });
    expect(
      events(heard(' Mint'), finished, heard(' And'), content({ inputTranscription: { finished: true } })),
    ).toEqual([
      { type: 'transcript-delta', role: 'user', turnId: 'user-1', delta: 'Mint' },
      { type: 'transcript-delta', role: 'user', turnId: 'user-1', delta: ' tea.' },
      { type: 'input-commit', turnId: 'user-1' },
      { type: 'transcript-end', role: 'user', turnId: 'user-1', text: 'Mint tea.' },
      { type: 'transcript-delta', role: 'user', turnId: 'user-2', delta: 'And' },
      { type: 'input-commit', turnId: 'user-2' },
      { type: 'transcript-end', role: 'user', turnId: 'user-2', text: 'And' },
    ]);
    // A second opinion during the answer is dropped as ever, and an end without words means nothing.
    expect(
      types(events(audio, heard('An'), content({ inputTranscription: { finished: true } }), turnComplete)),
    ).toEqual(['response-start', 'audio-delta', 'response-end']);
  });

  test('[GEM61] while the user speaks it waits for the end of the speech', () => {
    const { events } = startReadyCodec();
    const finished = content({ inputTranscription: { text: 'Mint tea.', finished: true } });
    expect(types(events(activityStart, finished))).toEqual(['speech-start', 'transcript-delta']);
    expect(events(activityEnd)).toEqual([
      { type: 'speech-end', turnId: 'user-1', audioEndMs: 2120 },
      { type: 'input-commit', turnId: 'user-1' },
      { type: 'transcript-end', role: 'user', turnId: 'user-1', text: 'Mint tea.' },
    ]);
  });

  test('[GEM61] two utterances of the model are not one word, where words have spaces', () => {
    const spoken = (...texts: string[]) => {
      const { events } = startReadyCodec();
      return texts
        .flatMap((text) => events(content({ outputTranscription: { text, finished: true } })))
        .flatMap((event) => (event.type === 'transcript-delta' ? [event.delta] : []))
        .join('');
    };
    expect(spoken('Hello.', 'How are you?')).toBe('Hello. How are you?');
    expect(spoken('Hello.', ' How are you?')).toBe('Hello. How are you?');
    expect(spoken('你好。', '请坐。')).toBe('你好。请坐。');
    const { events } = startReadyCodec();
    expect(types(events(content({ outputTranscription: { finished: true } })))).toEqual([]);
  });

  test('[GEM19] voice activity has other names on Vertex AI and in the official types', () => {
    const { events } = startReadyCodec();
    expect(
      types(
        events(
          { voiceActivityDetectionSignal: { vadSignalType: 'VAD_SIGNAL_TYPE_SOS' } },
          { voiceActivityDetectionSignal: { vadSignalType: 'VAD_SIGNAL_TYPE_EOS' } },
          { voiceActivity: { voiceActivityType: 'ACTIVITY_START' } },
          { voiceActivity: { voiceActivityType: 'ACTIVITY_END' } },
          { voiceActivity: { type: 'ACTIVITY_PAUSE' } },
        ),
      ),
    ).toEqual(['speech-start', 'speech-end', 'speech-start', 'speech-end']);
  });
});

describe('responses', () => {
  test('[GEM20] a response starts with its first word and ends with the turn', () => {
    const { events } = startReadyCodec();
    expect(events(said(' Half past'), said(' six.'), generationComplete, turnComplete, turnComplete)).toEqual([
      { type: 'response-start', responseId: 'response-1' },
      {
        type: 'transcript-delta',
        role: 'assistant',
        turnId: 'response-1',
        itemId: 'item-1',
        delta: 'Half past',
      },
      { type: 'transcript-delta', role: 'assistant', turnId: 'response-1', itemId: 'item-1', delta: ' six.' },
      { type: 'response-end', responseId: 'response-1', status: 'completed' },
    ]);
  });

  test('[GEM20] without the end of the turn it ends two seconds after its playback', () => {
    const { codec, events, eventsAt, wake } = startReadyCodec();
    eventsAt(1000, content({ modelTurn: { parts: [part(...Array<number>(96).fill(0))] } }));
    eventsAt(1000, content({ modelTurn: { parts: [part(...Array<number>(48_000 - 96).fill(0))] } }));
    expect(codec.wakeAtMs).toBeUndefined();
    eventsAt(1100, generationComplete);
    expect(codec.wakeAtMs).toBe(4000);
    expect(wake(4000).events).toEqual([{ type: 'response-end', responseId: 'response-1', status: 'completed' }]);
    expect(codec.wakeAtMs).toBeUndefined();
    expect(events({ ...turnComplete, usageMetadata: { promptTokenCount: 7 } })).toMatchObject([
      { type: 'usage-report', responseId: 'response-1', usage: { inputTextTokens: 7 } },
    ]);
  });

  test('[GEM20] more audio after the end of generation is another response', () => {
    const { events } = startReadyCodec();
    events(audio, generationComplete);
    expect(types(events(audio))).toEqual(['response-end', 'response-start', 'audio-delta']);
  });

  test('[GEM20] words may trail the end of generation', () => {
    const { events } = startReadyCodec();
    events(audio, generationComplete);
    expect(events(said('bye'))).toMatchObject([{ type: 'transcript-delta', turnId: 'response-1' }]);
  });

  test('[GEM21] audio alone is taken without parsing, as bytes and as text, the same to the bit', () => {
    const { codec } = startReadyCodec();
    const chunks = Array.from({ length: 50 }, (_, chunk) =>
      Uint8Array.from({ length: 480 + chunk * 34 }, (_unused, index) => (index * chunk + 13) % 256),
    );
    const messages = chunks.map((chunk) => content({ modelTurn: { parts: [part(...chunk)] } }));
    const frames = messages.map((message, index) => JSON.stringify(message, null, index % 2 === 0 ? undefined : 2));
    codec.decode(frames[0] ?? '', 0);
    const parse = vi.spyOn(JSON, 'parse');
    const asBytes = frames.flatMap((frame) => codec.decode(new TextEncoder().encode(frame), 0).events);
    const asText = frames.flatMap((frame) => codec.decode(frame, 0).events);
    expect(parse).toHaveBeenCalledTimes(0);
    for (const events of [asBytes, asText]) {
      expect(events).toHaveLength(50);
      for (const [index, event] of events.entries()) {
        if (event.type !== 'audio-delta') throw new Error(`${event.type} instead of audio`);
        expect(Buffer.compare(event.pcm, chunks[index] ?? new Uint8Array())).toBe(0);
      }
    }
  });

  test('[GEM21] of audio with words beside it only the rest is parsed', () => {
    const { codec } = startReadyCodec();
    const pcm = Uint8Array.from({ length: 9600 }, (_, index) => index % 256);
    const message = content({ modelTurn: { parts: [part(...pcm)] }, outputTranscription: { text: 'Grüße' } });
    const parse = vi.spyOn(JSON, 'parse');
    const { events } = codec.decode(new TextEncoder().encode(JSON.stringify(message)), 0);
    expect(parse).toHaveBeenCalledTimes(1);
    expect(parse.mock.calls[0]?.[0].length).toBeLessThan(200);
    expect(events).toEqual([
      { type: 'response-start', responseId: 'response-1' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'response-1', itemId: 'item-1', delta: 'Grüße' },
      { type: 'audio-delta', responseId: 'response-1', itemId: 'item-1', pcm: Buffer.from(pcm) },
    ]);
  });

  test('[GEM21] every part is read, thoughts and stray text are not', () => {
    const { events } = startReadyCodec();
    const parts = [
      { text: 'The user wants tea.', thought: true },
      part(1, 2),
      { text: 'call:find_tea{}' },
      { executableCode: {} },
      part(3, 4),
      null,
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { inlineData: { mimeType: 'audio/pcm;rate=24000', data: '' } },
    ];
    expect(events(content({ modelTurn: { parts: parts.filter((each) => each !== null) } }))).toMatchObject([
      { type: 'response-start' },
      { type: 'audio-delta', pcm: Buffer.from([1, 2]) },
      { type: 'audio-delta', pcm: Buffer.from([3, 4]) },
    ]);
  });

  test('[GEM22] half a sample waits for its other half, within its response', () => {
    const { events } = startReadyCodec();
    const pcmOf = (...bytes: number[]) =>
      events(content({ modelTurn: { parts: [part(...bytes)] } })).flatMap((event) =>
        event.type === 'audio-delta' ? [[...event.pcm]] : [],
      );
    expect(pcmOf(1, 2, 3)).toEqual([[1, 2]]);
    expect(pcmOf(4)).toEqual([[3, 4]]);
    expect(pcmOf(5)).toEqual([]);
    events(turnComplete);
    expect(pcmOf(6, 7)).toEqual([[6, 7]]);
  });

  test('[GEM22] audio at another rate is not usable', () => {
    const { events, codec } = startReadyCodec();
    const wrong = content({
      modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm;rate=16000', data: 'AAAA' } }] },
    });
    expect(events(wrong, wrong)).toEqual([
      {
        type: 'provider-error',
        code: 'PROVIDER_ERROR',
        message:
          'The provider answers in the audio format audio/pcm;rate=16000, although it is known for 24000 Hz PCM.',
        fatal: true,
        retryable: false,
      },
    ]);
    expect(codec.close({ type: 'closed', code: 1000, reason: '' }, 0)).toEqual([]);
  });

  test('[GEM25] a word is passed on as it comes, and an empty one is not', () => {
    const { events } = startReadyCodec();
    expect(types(events(said(' '), said(''), said(' a')))).toEqual(['response-start', 'transcript-delta']);
  });

  test.each([
    ['PROHIBITED_INPUT_CONTENT', 'content_filter'],
    ['GENERATED_AUDIO_SAFETY', 'content_filter'],
    ['GENERATED_CONTENT_BLOCKLIST', 'content_filter'],
    ['UNSAFE_PROMPT_FOR_IMAGE_GENERATION', 'content_filter'],
    ['INPUT_OTHER', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['MAX_TOKENS', 'max_output_tokens'],
  ])('[GEM27] a turn that ends early by %s is incomplete by %s, also before its first word', (vendor, reason) => {
    const { events } = startReadyCodec();
    const end = content({ turnComplete: true, turnCompleteReason: vendor });
    const incomplete = { type: 'response-end', status: 'incomplete', reason };
    expect(events(audio, end).slice(2)).toEqual([{ ...incomplete, responseId: 'response-1' }]);
    expect(events(heard('Hm?'), end)).toEqual([
      { type: 'transcript-delta', role: 'user', turnId: 'user-1', delta: 'Hm?' },
      { type: 'input-commit', turnId: 'user-1' },
      { type: 'transcript-end', role: 'user', turnId: 'user-1', text: 'Hm?' },
      { type: 'response-start', responseId: 'response-2' },
      { ...incomplete, responseId: 'response-2' },
    ]);
  });

  test.each([
    ['RESPONSE_REJECTED', 'response_rejected'],
    ['MAX_REGENERATION_REACHED', 'max_regeneration_reached'],
    ['SOMETHING_NEW', 'something_new'],
  ])('[GEM27] a turn that ends early by %s is an error as well', (providerCode, reason) => {
    const { events } = startReadyCodec();
    expect(events(audio, content({ turnComplete: true, turnCompleteReason: providerCode })).slice(2)).toEqual([
      { type: 'response-end', responseId: 'response-1', status: 'incomplete', reason },
      {
        type: 'provider-error',
        code: 'PROVIDER_ERROR',
        message: 'The model ended its turn early.',
        providerCode,
        fatal: false,
        retryable: false,
      },
    ]);
  });

  test('[GEM27] a finish reason may come before the end of its turn, and holds for that turn alone', () => {
    const { events } = startReadyCodec();
    events(audio, content({ generationComplete: true, finishReason: 'SAFETY' }));
    expect(events(turnComplete)).toMatchObject([{ status: 'incomplete', reason: 'content_filter' }]);
    expect(events(audio, turnComplete).at(-1)).toMatchObject({ status: 'completed' });
  });

  test.each(['NEED_MORE_INPUT', 'STOP', 'TURN_COMPLETE_REASON_UNSPECIFIED', ''])(
    '[GEM27] %j is no reason to be incomplete',
    (turnCompleteReason) => {
      const { events } = startReadyCodec();
      expect(events(content({ turnComplete: true, turnCompleteReason }))).toEqual([]);
      expect(events(audio, content({ turnComplete: true, turnCompleteReason })).at(-1)).toMatchObject({
        status: 'completed',
      });
    },
  );

  test('[GEM27] the late end of a turn that was ended here before is no new response', () => {
    const { events, send } = startReadyCodec({}, { interruptBy: 'client-content' });
    events(audio);
    send({ type: 'response-cancel', responseId: 'response-1' });
    expect(events(content({ turnComplete: true, turnCompleteReason: 'BLOCKLIST' }))).toEqual([]);
  });

  test('[GEM60] damaged audio is reported once in a turn and never played', () => {
    const { events, codec } = startReadyCodec();
    const damaged = (data: string) =>
      content({ modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data } }] } });
    const page = '<html><body>502 Bad Gateway</body></html>';
    expect(events(damaged(page), damaged('AQID*A=='), damaged('AQIDB'))).toEqual([
      {
        type: 'provider-error',
        code: 'PROVIDER_ERROR',
        message: 'The provider sent audio that is damaged base64; it is left out.',
        providerCode: 'damaged_audio',
        fatal: false,
        retryable: false,
      },
    ]);
    expect(types(events(audio, turnComplete, damaged('AQ=ID=')))).toEqual([
      'response-start',
      'audio-delta',
      'response-end',
      'provider-error',
    ]);
    expect(types([...codec.decode(JSON.stringify(damaged('AQID\r\nBA')), 0).events])).toEqual([
      'response-start',
      'audio-delta',
    ]);
  });

  test('[GEM28] parts of one turn are responses of their own, and the user’s turn stays closed', () => {
    const { events } = startReadyCodec({ model: 'gemini-3.8-live-extended-thinking' });
    events(heard('Order K-20'), audio);
    expect(events(content({ turnComplete: true, interactionStatus: 'IN_PROGRESS' }), heard('Order K20'))).toMatchObject(
      [{ type: 'response-end', responseId: 'response-1', status: 'completed' }],
    );
    expect(types(events(toolCall(call('a')), audio))).toEqual([
      'response-start',
      'tool-call',
      'response-end',
      'response-start',
      'audio-delta',
    ]);
    events(content({ turnComplete: true, interactionStatus: 'IDLE' }));
    expect(events(heard('Thanks'))).toMatchObject([{ turnId: 'user-2' }]);
  });
});

describe('usage', () => {
  const usageMetadata = {
    promptTokenCount: 610,
    responseTokenCount: 50,
    totalTokenCount: 660,
    thoughtsTokenCount: 120,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 380 },
      { modality: 'AUDIO', tokenCount: 200 },
    ],
    responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 50 }],
  };
  const usage = {
    inputAudioTokens: 200,
    outputAudioTokens: 50,
    inputTextTokens: 380,
    outputTextTokens: 120,
    cachedTokens: 0,
  };

  test('[GEM26] usage comes with the end of its turn', () => {
    const { events } = startReadyCodec();
    expect(events(audio, { ...turnComplete, usageMetadata }).at(-1)).toEqual({
      type: 'response-end',
      responseId: 'response-1',
      status: 'completed',
      usage,
    });
  });

  test('[GEM26] alone it belongs to the turn that just ended, or to the next', () => {
    const { events } = startReadyCodec();
    events(audio, turnComplete);
    expect(events({ usageMetadata })).toEqual([{ type: 'usage-report', responseId: 'response-1', usage }]);
    expect(events({ usageMetadata: { promptTokenCount: 1 } }, { usageMetadata })).toEqual([]);
    expect(events(audio, turnComplete).at(-1)).toMatchObject({ responseId: 'response-2', usage });
  });

  test('[GEM26] a turn of nothing but usage is counted', () => {
    const { events } = startReadyCodec();
    expect(events({ ...turnComplete, usageMetadata })).toEqual([{ type: 'usage-report', usage }]);
  });

  test('[GEM26] what was not reported by the end is reported then', () => {
    const { events, codec } = startReadyCodec();
    events({ usageMetadata });
    expect(codec.close({ type: 'closed', code: 1006, reason: '' }, 0)[0]).toEqual({ type: 'usage-report', usage });
  });
});

describe('interruptions', () => {
  test('[GEM23] an interrupted response is not heard any more, and ends with its turn', () => {
    const { events } = startReadyCodec();
    events(audio);
    expect(events(interrupted, interrupted, audio, said('to say'), { ...turnComplete, usageMetadata: {} })).toEqual([
      { type: 'response-interrupt', responseId: 'response-1' },
      {
        type: 'transcript-delta',
        role: 'assistant',
        turnId: 'response-1',
        itemId: 'item-1',
        delta: 'to say',
      },
      {
        type: 'response-end',
        responseId: 'response-1',
        status: 'cancelled',
        reason: 'interrupted',
        usage: {
          inputAudioTokens: 0,
          outputAudioTokens: 0,
          inputTextTokens: 0,
          outputTextTokens: 0,
          cachedTokens: 0,
        },
      },
    ]);
    expect(types(events(audio))).toEqual(['response-start', 'audio-delta']);
  });

  test('[GEM23] audio in the message that interrupts is not heard', () => {
    const { events } = startReadyCodec();
    events(audio);
    expect(types(events(content({ interrupted: true, modelTurn: { parts: [part(1, 2)] } })))).toEqual([
      'response-interrupt',
    ]);
  });

  test('[GEM20, GEM23] it ends half a second later without the end of its turn', () => {
    const { codec, eventsAt, wake } = startReadyCodec();
    eventsAt(1000, audio, generationComplete);
    eventsAt(1200, interrupted, generationComplete);
    expect(codec.wakeAtMs).toBe(1700);
    expect(wake(1700).events).toEqual([
      { type: 'response-end', responseId: 'response-1', status: 'cancelled', reason: 'interrupted' },
    ]);
  });

  test('[GEM23] an interruption may come when everything was generated, or over', () => {
    const { events } = startReadyCodec();
    events(audio, generationComplete);
    expect(types(events(interrupted, turnComplete))).toEqual(['response-interrupt', 'response-end']);
    events(audio, turnComplete);
    expect(events(interrupted, interrupted)).toEqual([{ type: 'response-interrupt', responseId: 'response-2' }]);
  });

  test('[GEM23] and means nothing when nothing was said', () => {
    const { events } = startReadyCodec();
    expect(events(interrupted)).toEqual([]);
  });

  test('[GEM24] stragglers are dropped until the turn is over, or for a second', () => {
    const { eventsAt, wake } = startReadyCodec();
    eventsAt(1000, audio, interrupted);
    wake(1500);
    expect(eventsAt(1999, audio, said('x'))).toEqual([]);
    expect(types(eventsAt(2000, audio))).toEqual(['response-start', 'audio-delta']);
  });

  test('[GEM24] what the user says next ends the wait', () => {
    const { eventsAt, wake } = startReadyCodec();
    eventsAt(1000, audio, interrupted);
    wake(1500);
    expect(types(eventsAt(1600, heard('So'), audio))).toEqual([
      'transcript-delta',
      'input-commit',
      'transcript-end',
      'response-start',
      'audio-delta',
    ]);
  });

  test('[GEM29] with the vendor’s turn detection a response cannot be cancelled', () => {
    const { events, send } = startReadyCodec();
    events(audio);
    expect(send({ type: 'response-cancel', responseId: 'response-1' })).toEqual({
      type: 'unsupported',
      reason:
        'Gemini Live has no message that stops a response while it detects turns itself; what it still says is not played.',
    });
    expect(types(events(audio))).toEqual(['audio-delta']);
  });

  test('[GEM24, GEM29] by choice of the operator it can, and stays silent until the vendor ends the turn', () => {
    const { codec, events, eventsAt, send } = startReadyCodec({}, { interruptBy: 'client-content' });
    events(heard('Hi'), audio);
    const output = codec.encode({ type: 'response-cancel', responseId: 'response-1' }, 0);
    expect(output).toEqual({
      type: 'ok',
      events: [{ type: 'response-end', responseId: 'response-1', status: 'cancelled', reason: 'client_cancelled' }],
      frames: ['{"clientContent":{"turnComplete":false}}'],
    });
    expect(send({ type: 'response-cancel', responseId: 'response-1' })).toEqual([]);
    expect(eventsAt(60_000, audio, said('more'), activityStart, activityEnd, audio)).toMatchObject([
      { type: 'speech-start' },
      { type: 'speech-end' },
    ]);
    expect(events(turnComplete)).toEqual([]);
    expect(types(events(audio))).toEqual(['input-commit', 'response-start', 'audio-delta']);
  });

  test('[GEM24] the end of generation ends the wait as well', () => {
    const { events, send } = startReadyCodec({}, { interruptBy: 'client-content' });
    events(audio);
    send({ type: 'response-cancel', responseId: 'response-1' });
    expect(events(generationComplete)).toEqual([]);
    expect(types(events(audio))).toEqual(['response-start', 'audio-delta']);
  });

  test('[GEM29] with turns ended by hand the activity window stops the model, and the next commit uses it', () => {
    const { append, events, send } = startReadyCodec({ turnDetection: 'manual' });
    events(audio);
    expect(send({ type: 'response-cancel', responseId: 'response-1' })).toEqual([
      { realtimeInput: { activityStart: {} } },
    ]);
    events(interrupted, turnComplete, audio);
    expect(send({ type: 'response-cancel', responseId: 'response-2' })).toEqual([]);
    append(3200);
    expect(send({ type: 'audio-commit' })).toMatchObject([
      { realtimeInput: { audio: {} } },
      { realtimeInput: { activityEnd: {} } },
    ]);
  });

  test('[GEM15] typed words close a window that a cancel opened', () => {
    const { events, send } = startReadyCodec({ turnDetection: 'manual' });
    events(audio);
    send({ type: 'response-cancel', responseId: 'response-1' });
    expect(send({ type: 'text-append', text: 'Wait' })).toEqual([
      { realtimeInput: { activityEnd: {} } },
      { realtimeInput: { text: 'Wait' } },
    ]);
  });

  test('[GEM30] what was heard cannot be told', () => {
    const { send } = startReadyCodec();
    expect(send({ type: 'response-truncate', responseId: 'response-1', items: [] })).toMatchObject({
      type: 'unsupported',
    });
  });
});

describe('tools', () => {
  test('[GEM32] calls are reported once and end their response', () => {
    const { events } = startReadyCodec();
    expect(events(toolCall(call('a'), call('b', 'clock', null)), toolCall(call('a')))).toEqual([
      { type: 'response-start', responseId: 'response-1' },
      { type: 'tool-call', callId: 'a', name: 'find_tea', arguments: '{"kind":"mint"}', responseId: 'response-1' },
      { type: 'tool-call', callId: 'b', name: 'clock', arguments: '{}', responseId: 'response-1' },
      { type: 'response-end', responseId: 'response-1', status: 'completed' },
    ]);
  });

  test('[GEM32] an id that is given is not one of the connections before', () => {
    const history = [{ type: 'tool-call', callId: 'call-1', name: 'find_tea', arguments: '{}' }] as const;
    const { events } = startReadyCodec({ continuation: { history } });
    expect(events({ toolCall: { functionCalls: [{ name: 'find_tea', args: {} }] } })).toContainEqual(
      expect.objectContaining({ type: 'tool-call', callId: 'call-2' }),
    );
  });

  test('[GEM32, GEM33] a call without an id gets one, and its result goes back without', () => {
    const { events, send } = startReadyCodec();
    events(toolCall(call('call-1'), call(undefined)));
    expect(events(toolCall(call(undefined)))[1]).toMatchObject({ type: 'tool-call', callId: 'call-3' });
    expect(send({ type: 'tool-result', callId: 'call-2', output: '{"stock":4}' })).toEqual([
      { toolResponse: { functionResponses: [{ name: 'find_tea', response: { stock: 4 }, scheduling: 'SILENT' }] } },
    ]);
  });

  test('[GEM32] a call of a turn that is not heard is reported, since it has to be answered', () => {
    const { events } = startReadyCodec();
    events(audio, interrupted);
    expect(events(toolCall(call('a')))).toEqual([
      { type: 'tool-call', callId: 'a', name: 'find_tea', arguments: '{"kind":"mint"}' },
    ]);
  });

  test.each([
    ['{"state":"ready"}', { state: 'ready' }],
    ['"ready"', { output: 'ready' }],
    ['[1]', { output: [1] }],
    ['null', { output: null }],
    ['it is ready', { output: 'it is ready' }],
    ['', { output: '' }],
  ])('[GEM33] the result %s is sent as an object', (output, response) => {
    const { events, send } = startReadyCodec({ model: MODELS['3.1'] });
    events(toolCall(call('fc_7')));
    expect(send({ type: 'tool-result', callId: 'fc_7', output })).toEqual([
      { toolResponse: { functionResponses: [{ id: 'fc_7', name: 'find_tea', response }] } },
    ]);
  });

  test('[GEM33] a result that nests too deep to be written again is sent as the text it is', () => {
    const { events, send } = startReadyCodec({ model: MODELS['3.1'] });
    events(toolCall(call('fc_7')));
    const output = `{"a":${'['.repeat(200)}${']'.repeat(200)}}`;
    expect(send({ type: 'tool-result', callId: 'fc_7', output })).toEqual([
      { toolResponse: { functionResponses: [{ id: 'fc_7', name: 'find_tea', response: { output } }] } },
    ]);
  });

  test('[GEM34] a cancelled call is reported, and its late result is not sent', () => {
    const { events, send } = startReadyCodec();
    events(toolCall(call('a'), call('b')));
    expect(events({ toolCallCancellation: { ids: ['a', 'never'] } })).toEqual([{ type: 'tool-cancel', callId: 'a' }]);
    expect(send({ type: 'tool-result', callId: 'a', output: '{}' })).toEqual([]);
    expect(send({ type: 'tool-result', callId: 'b', output: '{}' })).toHaveLength(1);
    expect(send({ type: 'tool-result', callId: 'b', output: '{}' })).toEqual([]);
  });
});

describe('what else the vendor says', () => {
  test('[GEM38] nothing is nothing, the unknown is raw, and unknown fields make no difference', () => {
    const { events } = startReadyCodec();
    expect(events({}, content({}), content({ turnComplete: null }))).toEqual([]);
    expect(events({ futureMember: { a: 1 } })).toEqual([
      { type: 'provider-raw', name: 'futureMember', raw: { futureMember: { a: 1 } } },
    ]);
    expect(
      types(events({ ...audio, futureMember: 1 }, content({ ...(said('x')['serverContent'] as object), y: 2 }))),
    ).toEqual(['response-start', 'audio-delta', 'transcript-delta']);
  });

  test.each([
    ['serverContent', 7],
    ['toolCall', { functionCalls: 'none' }],
    ['toolCallCancellation', { ids: 'all' }],
    ['usageMetadata', 'free'],
    ['goAway', 'soon'],
    ['sessionResumptionUpdate', { newHandle: 5 }],
    ['voiceActivity', { type: 1 }],
    ['voiceActivityDetectionSignal', []],
  ])('[GEM38] %s that cannot be read is raw', (name, value) => {
    const { events } = startReadyCodec();
    expect(events({ [name]: value })).toEqual([{ type: 'provider-raw', name, raw: value }]);
  });

  test('[GEM38] a call that cannot be read does not hold up the others', () => {
    const { events } = startReadyCodec();
    expect(types(events(toolCall({ id: 'a' }, call('b'))))).toEqual([
      'provider-error',
      'response-start',
      'tool-call',
      'response-end',
    ]);
  });

  test('[GEM39] the announced end is reported, and handles with every update', () => {
    const { events } = startReadyCodec();
    expect(
      events(
        { goAway: { timeLeft: '9.8s' } },
        { goAway: {} },
        { sessionResumptionUpdate: { newHandle: 'h-1', resumable: true } },
        { sessionResumptionUpdate: {} },
        { sessionResumptionUpdate: { newHandle: '', resumable: true } },
      ),
    ).toEqual([
      { type: 'go-away', timeLeftMs: 9800 },
      { type: 'go-away', timeLeftMs: 0 },
      { type: 'resumption-update', handle: 'h-1', resumable: true },
      { type: 'resumption-update', handle: 'h-1', resumable: false },
      { type: 'resumption-update', handle: 'h-1', resumable: false },
    ]);
  });

  test('[GEM39] a handle from before a call is stale: the session it resumes does not know the call', () => {
    const toolCall = { functionCalls: [{ id: 'c-1', name: 'find_tea', args: {} }] };
    const handles = (events: readonly { type: string }[]) => events.filter(({ type }) => type === 'resumption-update');
    const { events } = startReadyCodec();
    expect(handles(events({ toolCall: { functionCalls: [{ id: 'c-0', name: 'find_tea', args: {} }] } }))).toEqual([]);
    events({ sessionResumptionUpdate: { newHandle: 'h-1', resumable: true } });
    expect(handles(events({ toolCall }))).toEqual([{ type: 'resumption-update', handle: 'h-1', resumable: false }]);
    expect(handles(events({ sessionResumptionUpdate: { newHandle: 'h-2', resumable: true } }))).toEqual([
      { type: 'resumption-update', handle: 'h-2', resumable: true },
    ]);
  });

  test('[GEM39] a close after it is the end of the session’s time, and a forgotten handle is dead', () => {
    const announced = startReadyCodec();
    announced.events({ goAway: { timeLeft: '1s' } });
    expect(announced.codec.close({ type: 'closed', code: 1006, reason: '' }, 0)).toMatchObject([
      { code: 'SESSION_EXPIRED', fatal: true, retryable: true },
    ]);
    const forgotten = startReadyCodec();
    expect(
      forgotten.codec.close({ type: 'closed', code: 1008, reason: 'Requested entity was not found.' }, 0),
    ).toMatchObject([
      { type: 'resumption-update', handle: '', resumable: false },
      { type: 'provider-error', code: 'PROVIDER_ERROR', retryable: true },
    ]);
  });

  test('[GEM40] a refused resumption can be tried again without its handle', () => {
    const reason = 'Request contains an invalid argument.';
    const resuming = startCodec({ continuation: { handle: 'h', history: [] } });
    expect(resuming.codec.close({ type: 'closed', code: 1007, reason }, 0)).toMatchObject([
      { code: 'INVALID_REQUEST', retryable: true },
    ]);
    expect(startCodec().codec.close({ type: 'closed', code: 1007, reason }, 0)).toMatchObject([
      { code: 'INVALID_REQUEST', retryable: false },
    ]);
  });

  test('[GEM41] the end of the connection ends what is open and names one cause', () => {
    const { codec, append, send, events } = startReadyCodec();
    events(audio, activityStart, heard('Wait'));
    append(32_000);
    send({ type: 'audio-commit' });
    expect(codec.close({ type: 'closed', code: 1011, reason: 'Internal error encountered.' }, 0)).toEqual([
      { type: 'speech-end', turnId: 'user-1' },
      { type: 'transcript-end', role: 'user', turnId: 'user-1', text: 'Wait' },
      { type: 'response-end', responseId: 'response-1', status: 'failed', reason: 'connection_closed' },
      {
        type: 'provider-error',
        code: 'PROVIDER_ERROR',
        message: 'The provider closed the connection with 1011: Internal error encountered.',
        providerCode: '1011',
        fatal: true,
        retryable: true,
      },
    ]);
    expect(codec.wakeAtMs).toBeUndefined();
  });

  test('audio of the vendor may be URL-safe, and in escaped JSON', () => {
    const { codec } = startReadyCodec();
    const escaped = String.raw`{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"\/\/8\u003d"}}]}}}`;
    expect(codec.decode(escaped, 0).events).toMatchObject([{}, { pcm: Buffer.from([255, 255]) }]);
    expect(encodeBase64(Uint8Array.of(255, 255))).toBe('//8=');
  });
});

describe('what is remembered is bounded', () => {
  test('[GEM55] of calls the latest 1,000', () => {
    const { events } = startReadyCodec();
    for (let index = 1; index <= 1001; index++) events(toolCall(call(`c${index}`)));
    const isCall = ({ type }: { type: string }) => type === 'tool-call';
    expect(events(toolCall(call('c2'))).filter(isCall)).toEqual([]);
    expect(events(toolCall(call('c1'))).filter(isCall)).toHaveLength(1);
  });

  test('[GEM55] a call whose id is longer than 1,024 characters cannot be used', () => {
    const { events } = startReadyCodec();
    expect(types(events(toolCall(call('c'.repeat(1025)))))).toEqual(['provider-error']);
  });

  test('[GEM55] of a turn’s words the first 262,144 characters are its final text', () => {
    const { events } = startReadyCodec();
    for (let index = 0; index < 3; index++) events(heard('a'.repeat(100_000)));
    expect(events(said('Hello')).find(({ type }) => type === 'transcript-end')).toMatchObject({
      text: 'a'.repeat(262_144),
    });
  });
});

describe('of each list in a message the first 256 elements are read', () => {
  test('[GEM56] parts', () => {
    const { events } = startReadyCodec();
    const parts = Array.from({ length: 20_000 }, () => part(1, 2));
    const pieces = events(content({ modelTurn: { parts } })).filter(({ type }) => type === 'audio-delta');
    expect(pieces).toHaveLength(256);
  });

  test('[GEM56] calls, readable or not', () => {
    const { events } = startReadyCodec();
    const calls = Array.from({ length: 2000 }, (_, index) => call(`c${index}`));
    expect(types(events(toolCall(...calls))).filter((type) => type === 'tool-call')).toHaveLength(256);
    const unreadable = Array.from({ length: 2000 }, () => ({ name: '' }));
    expect(events(toolCall(...unreadable))).toHaveLength(256);
  });

  test('[GEM56] cancelled calls', () => {
    const { events } = startReadyCodec();
    for (let index = 0; index < 300; index++) events(toolCall(call(`c${index}`)));
    const ids = Array.from({ length: 100_000 }, (_, index) => `c${index}`);
    expect(types(events({ toolCallCancellation: { ids } })).filter((type) => type === 'tool-cancel')).toHaveLength(256);
  });
});
