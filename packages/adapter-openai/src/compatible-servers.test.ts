// Servers that speak the dialect less strictly than the vendor.
import { describe, expect, test } from 'vitest';
import {
  audioDelta,
  created,
  done,
  failure,
  itemAdded,
  type Message,
  startCodec,
  startReadyCodec,
  words,
} from './__fixtures__/start-codec.ts';

type Started = ReturnType<typeof startReadyCodec>;

const PCM = 'AAAAAAAA';
const final = (responseId: string, itemId: string, transcript: string): Message => ({
  type: 'response.output_audio_transcript.done',
  response_id: responseId,
  item_id: itemId,
  content_index: 0,
  transcript,
});

/** The texts of a session's items, as the session puts them together, and which of them have sound. */
function heard(started: Started, ...messages: Message[]) {
  const texts = new Map<string, string>();
  const sounds = new Set<string>();
  for (const event of started.events(...messages)) {
    if (event.type === 'audio-delta') sounds.add(event.itemId);
    if (event.type === 'transcript-delta') {
      texts.set(event.itemId ?? '', (texts.get(event.itemId ?? '') ?? '') + event.delta);
    }
    if (event.type === 'transcript-replace') texts.set(event.itemId ?? '', event.text);
  }
  return { texts: Object.fromEntries(texts), sounds: [...sounds] };
}

describe('[OAI65] words and sound', () => {
  const pieces = ['Hel', 'lo, how', ' are you', ' to', 'day?'];

  test('an item id for each piece of text, before and between the sound', () => {
    const mixed = pieces.flatMap((delta, index) => [words('r1', `x${index}`, delta), audioDelta('r1', 'sound', PCM)]);
    expect(heard(startReadyCodec(), created('r1'), ...mixed)).toEqual({
      texts: { x0: 'Hello, how are you today?' },
      sounds: ['x0'],
    });
    const ahead = pieces.map((delta, index) => words('r1', `x${index}`, delta));
    expect(heard(startReadyCodec(), created('r1'), ...ahead, audioDelta('r1', 'sound', PCM))).toEqual({
      texts: { x0: 'Hello, how are you today?' },
      sounds: ['x0'],
    });
    const behind = [audioDelta('r1', 'sound', PCM), ...ahead];
    expect(heard(startReadyCodec(), created('r1'), ...behind)).toEqual({
      texts: { sound: 'Hello, how are you today?' },
      sounds: ['sound'],
    });
  });

  test('an item id for each piece of either', () => {
    const mixed = pieces.flatMap((delta, index) => [
      words('r1', `x${index}`, delta),
      audioDelta('r1', `s${index}`, PCM),
    ]);
    expect(heard(startReadyCodec(), created('r1'), ...mixed)).toEqual({
      texts: { x0: 'Hello, how are you today?' },
      sounds: ['x0'],
    });
  });

  test('a whole text at the end, under yet another id', () => {
    const mixed = [words('r1', 'x0', 'Hel'), audioDelta('r1', 'sound', PCM), words('r1', 'x1', 'lo.')];
    expect(heard(startReadyCodec(), created('r1'), ...mixed, final('r1', 'x9', 'Hello.')).texts).toEqual({
      x0: 'Hello.',
    });
  });

  test('what is cut is the item that the vendor knows the sound by', () => {
    const started = startReadyCodec();
    started.events(created('r1'), words('r1', 'x0', 'Hi'), audioDelta('r1', 'sound', PCM));
    const items = [{ itemId: 'x0', heardMs: 500, totalMs: 2000 }];
    expect(started.send({ type: 'response-truncate', responseId: 'r1', items })).toMatchObject([
      { type: 'conversation.item.truncate', item_id: 'sound', audio_end_ms: 500 },
    ]);
  });

  test('items that are announced stay apart, in whatever order they are said', () => {
    const messages = [
      itemAdded('r1', 'a1'),
      words('r1', 'a1', 'One.'),
      itemAdded('r1', 'a2'),
      words('r1', 'a2', 'Two.'),
      audioDelta('r1', 'a1', PCM),
      audioDelta('r1', 'a2', PCM),
    ];
    expect(heard(startReadyCodec(), created('r1'), ...messages)).toEqual({
      texts: { a1: 'One.', a2: 'Two.' },
      sounds: ['a1', 'a2'],
    });
  });

  test('pieces without item ids belong to the item being spoken', () => {
    const noId = (message: Message): Message => ({ ...message, item_id: null });
    const started = startReadyCodec();
    const messages = [noId(words('r1', '', 'Hi ')), noId(audioDelta('r1', '', PCM)), noId(words('r1', '', 'you.'))];
    expect(heard(started, created('r1'), ...messages)).toEqual({ texts: { 'item~2': 'Hi you.' }, sounds: ['item~2'] });
    const items = [{ itemId: 'item~2', heardMs: 500, totalMs: 2000 }];
    expect(started.send({ type: 'response-truncate', responseId: 'r1', items })).toEqual([]);
  });

  test('an item id that is used again in another response is another item', () => {
    const started = startReadyCodec();
    heard(started, created('r1'), words('r1', 'a1', 'One.'), audioDelta('r1', 'a1', PCM), done('r1'));
    expect(heard(started, created('r2'), words('r2', 'a1', 'Two.'), audioDelta('r2', 'a1', PCM))).toEqual({
      texts: { 'a1~2': 'Two.' },
      sounds: ['a1~2'],
    });
  });
});

describe('[OAI65] a final for each sentence', () => {
  const textOf = (...messages: Message[]) => heard(startReadyCodec(), created('r1'), ...messages).texts;

  test.each([
    ['alone', ['f:One.', 'f:Two.', 'f:Three.'], 'One. Two. Three.'],
    ['after its pieces', ['d:One.', 'f:One.', 'd:Tw', 'd:o.', 'f:Two.'], 'One. Two.'],
    ['that is repeated', ['f:One.', 'f:One.', 'f:Two.', 'f:Two.'], 'One. Two.'],
    ['that holds what was final', ['f:One.', 'f:One. Two.'], 'One. Two.'],
    ['that says something else than its pieces', ['d:One.', 'f:One.', 'd:Too.', 'f:Two.'], 'One. Two.'],
    ['behind all pieces', ['d:One.', 'd: Two.', 'f:One.', 'f:Two.'], 'One. Two.'],
    ['with its own spaces', ['f:One. ', 'f:Two.'], 'One. Two.'],
    ['in a script without spaces', ['f:你好。', 'f:再见。'], '你好。再见。'],
  ])('%s', (_name, steps, expected) => {
    const messages = steps.map((step) =>
      step.startsWith('f:') ? final('r1', 'a1', step.slice(2)) : words('r1', 'a1', step.slice(2)),
    );
    expect(textOf(...messages)).toEqual({ a1: expected });
  });
});

describe('[OAI64] ids of responses', () => {
  test('that are used again name another response, with its own item, once it says something', () => {
    const started = startReadyCodec();
    started.events(created('r1'), words('r1', 'a1', 'One.'), done('r1'));
    expect(started.events(created('r1'))).toEqual([]);
    expect(started.events(words('r1', 'a1', 'Two.'), done('r1'))).toEqual([
      { type: 'response-start', responseId: 'r1~2' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1~2', itemId: 'a1~2', delta: 'Two.' },
      { type: 'response-end', responseId: 'r1~2', status: 'completed' },
    ]);
    expect(started.events(words('r1', 'a1', 'late'))).toEqual([]);
  });

  test('that are used again for an answer we asked for begin it at once, and cancel it by the vendor’s id', () => {
    const { receive, send } = startReadyCodec();
    receive(created('r1'));
    receive(done('r1'));
    send({ type: 'text-append', text: 'One.' });
    expect(receive(created('r1', 'response-1')).events).toEqual([{ type: 'response-start', responseId: 'r1~2' }]);
    expect(send({ type: 'response-cancel', responseId: 'r1~2' })).toEqual([
      { type: 'response.cancel', response_id: 'r1' },
    ]);
  });

  test.each([
    ['empty', ''],
    ['null', null],
    ['missing', undefined],
  ])('that are %s mean the answer that runs', (_name, id) => {
    const started = startReadyCodec();
    const piece = { ...words('r1', 'a1', 'No id.'), response_id: id };
    const sound = { ...audioDelta('r1', 'a1', PCM), response_id: id };
    expect(started.events(created('r1'), piece, sound, { type: 'response.done', response: { id } })).toMatchObject([
      { type: 'response-start', responseId: 'r1' },
      { type: 'transcript-delta', turnId: 'r1' },
      { type: 'audio-delta', responseId: 'r1' },
      { type: 'response-end', responseId: 'r1', status: 'completed' },
    ]);
    expect(started.events(piece, sound)).toEqual([]);
  });

  test('that are never given are made up, one for each answer', () => {
    const { events } = startReadyCodec();
    const answer = () => events(created(''), { ...words('', 'a1', 'Hi.'), response_id: '' }, done(''));
    const ids = [answer(), answer()].map((all) => all.map((event) => ('responseId' in event ? event.responseId : '')));
    expect(ids).toEqual([
      ['response~2', '', 'response~2'],
      ['response~3', '', 'response~3'],
    ]);
  });

  test('one whose end is told three times ends and is counted once', () => {
    const { events } = startReadyCodec();
    const end = done('r1', { usage: { output_token_details: { text_tokens: 3 } } });
    expect(events(created('r1'), end, end, end).map(({ type }) => type)).toEqual(['response-start', 'response-end']);
    const failed = done('r2', { status: 'failed', status_details: { error: { code: 'x', message: 'No.' } } });
    expect(events(created('r2'), failed, failed).filter(({ type }) => type === 'provider-error')).toHaveLength(1);
  });

  test('[OAI19] an answer that was broken off before its first word is told, announced or not', () => {
    const { events } = startReadyCodec();
    const broken = (id: string) => done(id, { status: 'incomplete', status_details: { reason: 'content_filter' } });
    const expected = (responseId: string) => [
      { type: 'response-start', responseId },
      { type: 'response-end', responseId, status: 'incomplete', reason: 'content_filter' },
    ];
    expect(events(created('r1'), broken('r1'))).toEqual(expected('r1'));
    expect(events(broken('r2'), broken('r2'))).toEqual(expected('r2'));
  });
});

describe('[OAI66] [AD30] base64', () => {
  test.each([
    ['a page of HTML', '<!doctype html>'],
    ['a hole', 'AAAA??AA'],
    ['a length that no bytes have', 'AAAAA'],
    ['a number', 7],
    ['an object', {}],
  ])('that is damaged is told and not played: %s', (_name, delta) => {
    const { events } = startReadyCodec();
    expect(events(created('r1'), { ...audioDelta('r1', 'a1', ''), delta })).toMatchObject([
      { type: 'response-start' },
      { type: 'provider-error', code: 'PROVIDER_ERROR', fatal: false },
    ]);
  });

  test.each([
    ['unpadded', '__8'],
    ['wrapped', '//8=\r\n'],
    ['escaped', '//8='],
  ])('that is unusual is played: %s', (_name, delta) => {
    const { codec, events } = startReadyCodec();
    events(created('r1'));
    const frame = JSON.stringify(audioDelta('r1', 'a1', delta)).replaceAll('/', String.raw`\/`);
    expect(codec.decode(frame, 0).events).toMatchObject([{ type: 'audio-delta', pcm: Buffer.from([255, 255]) }]);
  });

  test.each([[''], [null], [undefined]])('that is not there is neither: %j', (delta) => {
    const { events } = startReadyCodec();
    events(created('r1'));
    expect(events({ ...audioDelta('r1', 'a1', ''), delta })).toEqual([]);
  });

  test('that is damaged all the time is told 16 times a response', () => {
    const { events } = startReadyCodec();
    const damaged = Array.from({ length: 50 }, () => audioDelta('r1', 'a1', '<html>'));
    expect(events(created('r1'), ...damaged).filter(({ type }) => type === 'provider-error')).toHaveLength(16);
  });
});

describe('[OAI7] with dialect auto', () => {
  test('a server that waits for us is configured after two seconds, in today’s dialect', () => {
    const { codec, hello, receive } = startCodec({}, { dialect: 'auto' });
    expect(hello()).toEqual([]);
    expect(codec.wakeAtMs).toBe(2000);
    expect(codec.wake(1999).frames).toEqual([]);
    expect(codec.wake(2000).frames).toMatchObject([expect.stringContaining('"type":"realtime"')]);
    expect(codec.wakeAtMs).toBeUndefined();
    expect(receive({ type: 'session.updated', session: null }).events).toMatchObject([{ type: 'session-ready' }]);
  });

  test('one that refuses that is tried in the beta’s, once', () => {
    const { codec, hello, receive } = startCodec({}, { dialect: 'auto' });
    hello();
    codec.wake(2000);
    const refusal = failure('unknown_parameter', 'What is audio?');
    const refused = receive(refusal);
    expect(refused.events).toEqual([]);
    expect(refused.frames).toMatchObject([{ type: 'session.update', session: { input_audio_format: 'pcm16' } }]);
    expect(receive(refusal).events).toMatchObject([{ type: 'provider-error', fatal: true }]);
  });

  test('a late first message that says otherwise is followed', () => {
    const { codec, hello, receive } = startCodec({}, { dialect: 'auto' });
    hello();
    codec.wake(2000);
    expect(receive({ type: 'session.created', session: { modalities: ['audio'] } }).frames).toMatchObject([
      { session: { input_audio_format: 'pcm16' } },
    ]);
    expect(receive({ type: 'session.created', session: { modalities: ['audio'] } }).frames).toEqual([]);
  });

  test('a wrong key is no question of the dialect', () => {
    const { codec, hello, receive } = startCodec({}, { dialect: 'auto' });
    hello();
    codec.wake(2000);
    const { events, frames } = receive(failure('invalid_api_key', 'Wrong key.'));
    expect(events).toMatchObject([{ code: 'AUTH_FAILED', fatal: true }]);
    expect(frames).toEqual([]);
  });
});

describe('[OAI24] transcribing the user', () => {
  const transcribed = (usage: unknown): Message => ({
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'u1',
    transcript: 'Hi',
    usage,
  });

  test('is counted apart from the responses, once', () => {
    const { events } = startReadyCodec();
    const usage = {
      type: 'tokens',
      input_tokens: 16,
      output_tokens: 7,
      input_token_details: { text_tokens: 2, audio_tokens: 14 },
    };
    expect(events(transcribed(usage), transcribed(usage))).toEqual([
      {
        type: 'usage-report',
        purpose: 'transcription',
        usage: { inputAudioTokens: 14, outputAudioTokens: 0, inputTextTokens: 2, outputTextTokens: 7, cachedTokens: 0 },
      },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'Hi' },
    ]);
  });

  test.each([[{ type: 'duration', seconds: 3 }], [null], [undefined], ['x'], [{}]])(
    'is not where it is %j',
    (usage) => {
      expect(startReadyCodec().events(transcribed(usage))).toHaveLength(1);
    },
  );
});
