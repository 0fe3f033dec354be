import { planTruncation } from '@speko/adapter-kit';
import { expect, test } from 'vitest';
import { startReadyCodec } from './__fixtures__/start-codec.ts';

const item = (itemId: string, heardMs: number, totalMs: number) => ({ itemId, heardMs, totalMs });

test('[OAI29] heard to the end stays, heard in part is cut, not heard at all is deleted', () => {
  expect(planTruncation([item('a', 2000, 2000), item('b', 1150.7, 3400), item('c', 0, 900)])).toEqual([
    { type: 'truncate', itemId: 'b', audioEndMs: 1150 },
    { type: 'delete', itemId: 'c' },
  ]);
});

test('[OAI29] the last 100 ms count as heard, since the vendor may hold less audio than it sent', () => {
  expect(planTruncation([item('a', 1901, 2000)])).toEqual([]);
  expect(planTruncation([item('a', 1900, 2000)])).toEqual([{ type: 'truncate', itemId: 'a', audioEndMs: 1900 }]);
});

test('[OAI29] less than a millisecond was not heard, and an item without audio is left alone', () => {
  expect(planTruncation([item('a', 0.9, 500)])).toEqual([{ type: 'delete', itemId: 'a' }]);
  expect(planTruncation([item('a', 0, 0)])).toEqual([]);
});

test('[OAI29] more heard than sent is no more than all', () => {
  expect(planTruncation([item('a', 5000, 2000)])).toEqual([]);
});

test('[OAI29] the cuts go out as messages, at the part of the item that is audio', () => {
  const started = startReadyCodec();
  started.receive({
    type: 'response.content_part.added',
    response_id: 'r1',
    item_id: 'b',
    output_index: 0,
    content_index: 1,
    part: { type: 'audio' },
  });
  expect(
    started.send({
      type: 'response-truncate',
      responseId: 'r1',
      items: [item('a', 100, 900), item('b', 100, 900), item('c', 0, 900)],
    }),
  ).toEqual([
    { type: 'conversation.item.truncate', item_id: 'a', content_index: 0, audio_end_ms: 100 },
    { type: 'conversation.item.truncate', item_id: 'b', content_index: 1, audio_end_ms: 100 },
    { type: 'conversation.item.delete', item_id: 'c' },
  ]);
});
