import { expect, test } from 'vitest';
import { startReadyCodec } from '../__fixtures__/start-codec.ts';

const item = (itemId: string, heardMs: number, totalMs: number) => ({ itemId, heardMs, totalMs });

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
