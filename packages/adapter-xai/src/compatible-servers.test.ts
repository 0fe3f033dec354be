// What is less strict than the documents say.
import { describe, expect, test } from 'vitest';
import { audioDelta, created, done, type Message, startReadyCodec, words } from './__fixtures__/start-codec.ts';

describe('[XAI62] ids of responses and items', () => {
  test('that are used again name others', () => {
    const { events } = startReadyCodec();
    const answer = (text: string) => events(created('r1'), audioDelta('r1', 'a1'), words('r1', 'a1', text), done('r1'));
    answer('One.');
    expect(answer('Two.')).toMatchObject([
      { type: 'response-start', responseId: 'r1~2' },
      { type: 'audio-delta', responseId: 'r1~2', itemId: 'a1~2' },
      { type: 'transcript-delta', turnId: 'r1~2', itemId: 'a1~2' },
      { type: 'response-end', responseId: 'r1~2' },
    ]);
    expect(events(created('r1'), done('r1'))).toEqual([]);
  });

  test.each([[''], [null], [undefined]])('that are %j mean the answer that runs, and the item being spoken', (id) => {
    const { events } = startReadyCodec();
    const without = (message: Message): Message => ({ ...message, response_id: id, item_id: id });
    expect(events(created('r1'), without(audioDelta('', '')), without(words('', '', 'No id.')))).toMatchObject([
      { type: 'response-start', responseId: 'r1' },
      { type: 'audio-delta', responseId: 'r1', itemId: 'item~2' },
      { type: 'transcript-delta', turnId: 'r1', itemId: 'item~2' },
    ]);
  });

  test('words with an id for each piece belong to the sound, and what is cut is the sound’s item', () => {
    const { events, send } = startReadyCodec();
    const heard = events(
      created('r1'),
      words('r1', 'x0', 'Hel'),
      audioDelta('r1', 'sound'),
      words('r1', 'x1', 'lo.'),
      audioDelta('r1', 'sound'),
    );
    expect(heard.slice(1).map((event) => ('itemId' in event ? event.itemId : ''))).toEqual(['x0', 'x0', 'x0', 'x0']);
    const items = [{ itemId: 'x0', heardMs: 500, totalMs: 2000 }];
    expect(send({ type: 'response-truncate', responseId: 'r1', items })).toMatchObject([{ item_id: 'sound' }]);
  });

  test('a final for each sentence is appended', () => {
    const { events } = startReadyCodec();
    const final = (transcript: string) => ({
      type: 'response.output_audio_transcript.done',
      response_id: 'r1',
      item_id: 'a1',
      transcript,
    });
    expect(events(created('r1'), final('One.'), final('Two.'), final('Two.')).slice(1)).toMatchObject([
      { type: 'transcript-replace', text: 'One.' },
      { type: 'transcript-delta', delta: ' Two.' },
    ]);
  });

  test('[XAI19] an answer that was broken off before its first word is told, with one word for each cause', () => {
    const broken = (id: string, reason: string) => done(id, { status: 'incomplete', status_details: { reason } });
    const { events } = startReadyCodec();
    expect(events(created('r1'), broken('r1', 'content_filter'), broken('r2', 'max_tokens'))).toMatchObject([
      { type: 'response-start', responseId: 'r1' },
      { type: 'response-end', responseId: 'r1', status: 'incomplete', reason: 'content_filter' },
      { type: 'response-start', responseId: 'r2' },
      { type: 'response-end', responseId: 'r2', status: 'incomplete', reason: 'max_output_tokens' },
    ]);
  });
});

test.each([['<html>'], ['AAAA??AA'], [7]])(
  '[XAI63] [AD30] audio that is no base64 is told and not played: %j',
  (delta) => {
    const { events } = startReadyCodec();
    expect(events(created('r1'), { ...audioDelta('r1', 'a1'), delta })).toMatchObject([
      { type: 'response-start' },
      { type: 'provider-error', code: 'PROVIDER_ERROR', fatal: false },
    ]);
  },
);

test('[XAI26] typed messages are confirmed by their ids, in whatever order', () => {
  const { receive, send } = startReadyCodec();
  receive(created('r1'));
  send({ type: 'text-append', text: 'One.' });
  send({ type: 'text-append', text: 'Two.' });
  const added = (id: string): Message => ({
    type: 'conversation.item.added',
    item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] },
  });
  receive(added('speko-2'));
  receive(added('speko-1'));
  receive(done('r1'));
  receive(created('r2'));
  expect(receive(done('r2')).frames).toEqual([]);
});
