import { describe, expect, test } from 'vitest';
import {
  audioDelta,
  committed,
  created,
  done,
  type Message,
  started,
  startReadyCodec,
  stopped,
  transcribed,
  words,
} from './__fixtures__/start-codec.ts';

const PCM_100_MS = 3200;
const updated = (itemId: string, transcript: string): Message => ({
  type: 'conversation.item.input_audio_transcription.updated',
  item_id: itemId,
  transcript,
});
const isUserTurn = ({ type }: { type: string }) => /^(speech|input|transcript)-/.test(type);

describe('audio of the user', () => {
  test('[XAI12] each piece is one message with exactly these bytes', () => {
    const pcm = Uint8Array.from({ length: 640 }, (_, index) => (index * 7) % 256);
    expect(startReadyCodec().codec.appendAudio(pcm, 0)).toEqual([
      `{"type":"input_audio_buffer.append","audio":"${Buffer.from(pcm).toString('base64')}"}`,
    ]);
  });

  test('[XAI13] a turn ended by hand is committed and answered', () => {
    const { append, send } = startReadyCodec({ turnDetection: 'manual' });
    append(PCM_100_MS);
    expect(send({ type: 'audio-commit' })).toEqual([
      { type: 'input_audio_buffer.commit', event_id: 'commit-1' },
      { type: 'response.create', event_id: 'response-1', response: { metadata: { client_event_id: 'response-1' } } },
    ]);
  });

  test('[XAI13] less than 100 ms is filled up with silence, and nothing is committed when nothing is there', () => {
    const { append, send } = startReadyCodec({ turnDetection: 'manual' });
    expect(send({ type: 'audio-commit' })).toEqual([]);
    append(640);
    expect(send({ type: 'audio-commit' })).toMatchObject([
      { type: 'input_audio_buffer.append', audio: Buffer.alloc(2560).toString('base64') },
      { type: 'input_audio_buffer.commit' },
      { type: 'response.create' },
    ]);
    expect(send({ type: 'audio-commit' })).toEqual([]);
  });

  test('[XAI14] under the vendor’s turn detection a commit is the silence that ends a turn', () => {
    const { append, send } = startReadyCodec({}, { turnDetection: { silenceDurationMs: 450 } });
    expect(send({ type: 'audio-commit' })).toEqual([]);
    append(640);
    const silence = { type: 'input_audio_buffer.append', audio: Buffer.alloc(PCM_100_MS).toString('base64') };
    expect(send({ type: 'audio-commit' })).toEqual(Array.from({ length: 8 }, () => silence));
    expect(send({ type: 'audio-commit' })).toEqual([]);
  });

  test('[XAI15] a clear drops what is not committed, and the speech in it', () => {
    const { append, events, send } = startReadyCodec({ turnDetection: 'manual' });
    append(PCM_100_MS);
    expect(send({ type: 'audio-clear' })).toEqual([{ type: 'input_audio_buffer.clear' }]);
    expect(send({ type: 'audio-commit' })).toEqual([]);
    expect(events(started('u1'), { type: 'input_audio_buffer.cleared' }, updated('u1', 'Is'))).toEqual([
      { type: 'speech-start', turnId: 'u1', audioStartMs: 0 },
      { type: 'speech-end', turnId: 'u1' },
    ]);
  });

  test('[XAI15] a clear leaves alone what was committed', () => {
    const { events } = startReadyCodec();
    const turn = events(started('u1'), stopped('u1'), committed('u1'), { type: 'input_audio_buffer.cleared' });
    expect(turn).toHaveLength(2);
    expect(events(transcribed('u1', 'Is it late?'), created('r1'), audioDelta('r1', 'a1'))).toMatchObject([
      { type: 'transcript-replace' },
      { type: 'response-start' },
      { type: 'input-commit', turnId: 'u1' },
      { type: 'transcript-end', turnId: 'u1', text: 'Is it late?' },
      { type: 'audio-delta' },
    ]);
  });
});

test('[XAI16] typed words are an item under an id of ours, and answered', () => {
  const { receive, send } = startReadyCodec();
  expect(send({ type: 'text-append', text: 'Any berth?' })).toEqual([
    {
      type: 'conversation.item.create',
      item: { id: 'speko-1', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Any berth?' }] },
    },
    { type: 'response.create', event_id: 'response-1', response: { metadata: { client_event_id: 'response-1' } } },
  ]);
  receive(created('r1', 'response-1'));
  expect(receive(done('r1')).frames).toEqual([]);
});

describe('a turn of the user', () => {
  test('[XAI17] grows by revision and gets its final text when the answer is heard', () => {
    const { events } = startReadyCodec();
    const heard = events(
      started('u1', 310),
      {
        type: 'conversation.item.added',
        item: { id: 'u1', type: 'message', role: 'user', content: [{ type: 'input_audio', transcript: '' }] },
      },
      updated('u1', 'Is the ferry'),
      transcribed('u1', 'Is the ferry', 'in_progress'),
      stopped('u1', 1720),
      committed('u1'),
      transcribed('u1', 'Is the ferry running today?', 'completed'),
      created('r1'),
      audioDelta('r1', 'a1'),
      transcribed('u1', 'Is the ferry running today? Late.'),
      done('r1'),
    );
    expect(heard.filter(isUserTurn)).toEqual([
      { type: 'speech-start', turnId: 'u1', audioStartMs: 310 },
      { type: 'transcript-replace', role: 'user', turnId: 'u1', text: 'Is the ferry' },
      { type: 'speech-end', turnId: 'u1', audioEndMs: 1720 },
      { type: 'transcript-replace', role: 'user', turnId: 'u1', text: 'Is the ferry running today?' },
      { type: 'input-commit', turnId: 'u1' },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'Is the ferry running today?' },
    ]);
  });

  test('[XAI17] is final also when only words of the answer come', () => {
    const { events } = startReadyCodec();
    events(started('u1'), stopped('u1'), committed('u1'), transcribed('u1', 'Yes.'), created('r1'));
    expect(events(words('r1', 'a1', 'Good'))).toEqual([
      { type: 'input-commit', turnId: 'u1' },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'Yes.' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'a1', delta: 'Good' },
    ]);
  });

  test('[XAI17] that is transcribed late is final as soon as its text is there, and once', () => {
    const { events } = startReadyCodec();
    events(started('u1'), stopped('u1'), committed('u1'), created('r1'));
    expect(events(audioDelta('r1', 'a1')).map(({ type }) => type)).toEqual(['input-commit', 'audio-delta']);
    expect(
      events(
        transcribed('u1', 'Two', 'in_progress'),
        transcribed('u1', 'Two tickets.', 'completed'),
        transcribed('u1', 'Two tickets, please.'),
        updated('u1', 'Two'),
      ),
    ).toEqual([
      { type: 'transcript-replace', role: 'user', turnId: 'u1', text: 'Two' },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'Two tickets.' },
    ]);
  });

  test('[XAI17] is final when the next one begins, and at the end of the connection', () => {
    const { codec, events } = startReadyCodec();
    events(started('u1'), stopped('u1'), committed('u1'), transcribed('u1', 'One.'));
    expect(events(started('u2', 5000))).toEqual([
      { type: 'input-commit', turnId: 'u1' },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'One.' },
      { type: 'speech-start', turnId: 'u2', audioStartMs: 5000 },
    ]);
    events(updated('u2', 'Two'));
    expect(codec.close({ type: 'closed', code: 1006, reason: '' }, 0)).toMatchObject([
      { type: 'speech-end', turnId: 'u2' },
      { type: 'transcript-end', turnId: 'u2', text: 'Two' },
      { type: 'provider-error' },
    ]);
  });

  test('[XAI17] ended by hand is final with its first whole text', () => {
    const { events } = startReadyCodec({ turnDetection: 'manual' });
    expect(
      events(committed('u1'), transcribed('u1', 'Open the', 'in_progress'), transcribed('u1', 'Open the gate.')),
    ).toEqual([
      { type: 'input-commit', turnId: 'u1' },
      { type: 'transcript-replace', role: 'user', turnId: 'u1', text: 'Open the' },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'Open the gate.' },
    ]);
  });

  test('[XAI17] takes its text from its item where no other comes', () => {
    const { events } = startReadyCodec({ turnDetection: 'manual' });
    const content = [{ type: 'input_audio', transcript: 'Open.' }];
    const item = { id: 'u1', type: 'message', role: 'user', status: 'completed', content };
    expect(events(committed('u1'), { type: 'conversation.item.added', item })).toEqual([
      { type: 'input-commit', turnId: 'u1' },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'Open.' },
    ]);
  });

  test('[XAI17] without words has no final text', () => {
    const { events } = startReadyCodec();
    events(started('u1'), stopped('u1'), committed('u1'), transcribed('u1', ''), created('r1'));
    expect(events(audioDelta('r1', 'a1')).map(({ type }) => type)).toEqual(['input-commit', 'audio-delta']);
  });

  test('[XAI18] goes on after a pause under the same item, and is committed once', () => {
    const { events } = startReadyCodec();
    const heard = events(
      started('u1', 0),
      started('u1', 0),
      stopped('u1', 800),
      committed('u1'),
      transcribed('u1', 'Two tickets.'),
      created('r1'),
      started('u1', 1900),
      stopped('u1', 2600),
      stopped('u1', 2600),
      committed('u1'),
      transcribed('u1', 'Two tickets for Sunday.'),
      created('r2'),
      audioDelta('r2', 'a2'),
      committed('u1'),
    );
    expect(heard).toEqual([
      { type: 'speech-start', turnId: 'u1', audioStartMs: 0 },
      { type: 'speech-end', turnId: 'u1', audioEndMs: 800 },
      { type: 'transcript-replace', role: 'user', turnId: 'u1', text: 'Two tickets.' },
      { type: 'response-start', responseId: 'r1' },
      { type: 'speech-start', turnId: 'u1', audioStartMs: 1900 },
      { type: 'speech-end', turnId: 'u1', audioEndMs: 2600 },
      { type: 'transcript-replace', role: 'user', turnId: 'u1', text: 'Two tickets for Sunday.' },
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'superseded' },
      { type: 'response-start', responseId: 'r2' },
      { type: 'input-commit', turnId: 'u1' },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'Two tickets for Sunday.' },
      { type: 'audio-delta', responseId: 'r2', itemId: 'a2', pcm: expect.any(Uint8Array) },
    ]);
  });

  test('[XAI18] that went on is not final with the text from before the pause', () => {
    const { events } = startReadyCodec();
    events(started('u1'), stopped('u1'), committed('u1'), transcribed('u1', 'Two tickets.'));
    events(started('u1'), stopped('u1'), committed('u1'), created('r1'));
    expect(events(audioDelta('r1', 'a1'), transcribed('u1', 'Two tickets for Sunday.'))).toMatchObject([
      { type: 'input-commit', turnId: 'u1' },
      { type: 'audio-delta' },
      { type: 'transcript-end', turnId: 'u1', text: 'Two tickets for Sunday.' },
    ]);
  });

  test('[XAI18] that goes on once its answer was heard is another turn, with the words that are new', () => {
    const { events } = startReadyCodec();
    events(started('u1'), stopped('u1'), committed('u1'), transcribed('u1', 'Two tickets.'), created('r1'));
    events(audioDelta('r1', 'a1'));
    const heard = events(
      started('u1', 4000),
      stopped('u1', 4600),
      committed('u1'),
      transcribed('u1', 'Two tickets, for Sunday.'),
      created('r2'),
      audioDelta('r2', 'a2'),
    );
    expect(heard.filter(isUserTurn)).toEqual([
      { type: 'speech-start', turnId: 'u1~2', audioStartMs: 4000 },
      { type: 'speech-end', turnId: 'u1~2', audioEndMs: 4600 },
      { type: 'transcript-replace', role: 'user', turnId: 'u1~2', text: 'for Sunday.' },
      { type: 'input-commit', turnId: 'u1~2' },
      { type: 'transcript-end', role: 'user', turnId: 'u1~2', text: 'for Sunday.' },
    ]);
  });

  test('[XAI18] whose end was lost still interrupts an answer', () => {
    const { events } = startReadyCodec();
    events(started('u1'), created('r1'), audioDelta('r1', 'a1'));
    expect(events(started('u1', 3000))).toEqual([
      { type: 'speech-end', turnId: 'u1' },
      { type: 'speech-start', turnId: 'u1', audioStartMs: 3000 },
    ]);
    expect(events(audioDelta('r1', 'a1'))).toEqual([]);
  });
});

describe('texts of any length', () => {
  test('[XAI57] of a long text the first 262,144 characters are reported', () => {
    const { events } = startReadyCodec();
    const [replaced] = events(updated('u1', 'a '.repeat(3_000_000)));
    expect(replaced).toEqual({ type: 'transcript-replace', role: 'user', turnId: 'u1', text: 'a '.repeat(131_072) });
  });

  test('[XAI57] once all texts come to more than 4 MiB, the oldest closed turns are forgotten', () => {
    const { events } = startReadyCodec();
    const text = 'a'.repeat(262_144);
    for (let item = 1; item <= 18; item++) events(committed(`u${item}`), transcribed(`u${item}`, text));
    events(committed('u19'));
    // Known still: another text of it is no second final.
    expect(events(transcribed('u10', 'again'))).toEqual([]);
    // Forgotten: a turn like any other.
    expect(events(transcribed('u1', 'again'))).not.toEqual([]);
  });
});
