import { expect, test } from 'vitest';
import { createRealtimeAudioDeltaReader } from './realtime-audio-delta.ts';
import { currentRealtimeEventName } from './realtime-event-names.ts';
import { readRealtimeUsage } from './realtime-usage.ts';

test('names of the beta are translated, and no others', () => {
  expect(currentRealtimeEventName('response.audio.delta')).toBe('response.output_audio.delta');
  expect(currentRealtimeEventName('response.text.done')).toBe('response.output_text.done');
  expect(currentRealtimeEventName('conversation.item.created')).toBe('conversation.item.added');
  expect(currentRealtimeEventName('response.done')).toBe('response.done');
  expect(currentRealtimeEventName('constructor')).toBe('constructor');
});

test('usage is read by part, and what is missing is 0', () => {
  expect(
    readRealtimeUsage({
      total_tokens: 412,
      input_tokens: 322,
      output_tokens: 90,
      input_token_details: { text_tokens: 180, audio_tokens: 142, image_tokens: 0, cached_tokens: 128 },
      output_token_details: { text_tokens: 22, audio_tokens: 68 },
    }),
  ).toEqual({
    inputAudioTokens: 142,
    outputAudioTokens: 68,
    inputTextTokens: 180,
    outputTextTokens: 22,
    cachedTokens: 128,
  });
  expect(readRealtimeUsage({ output_token_details: { audio_tokens: 5 } })).toEqual({
    inputAudioTokens: 0,
    outputAudioTokens: 5,
    inputTextTokens: 0,
    outputTextTokens: 0,
    cachedTokens: 0,
  });
});

test('usage that holds no count is none', () => {
  for (const usage of [null, undefined, {}, 'none', { input_tokens: null }]) {
    expect(readRealtimeUsage(usage)).toBeUndefined();
  }
});

test('an audio delta is read from text and from bytes, in both generations', () => {
  for (const type of ['response.output_audio.delta', 'response.audio.delta']) {
    const text = `{"type":"${type}","event_id":"e1","response_id":"r1","item_id":"i1","output_index":0,"content_index":0,"delta":"AQID"}`;
    for (const frame of [text, new TextEncoder().encode(text)]) {
      const reader = createRealtimeAudioDeltaReader();
      expect(reader.read(frame)).toBe(true);
      expect([reader.responseId, reader.itemId, ...(reader.audio(frame) ?? [])]).toEqual(['r1', 'i1', 1, 2, 3]);
    }
  }
});

test('ids follow from frame to frame', () => {
  const reader = createRealtimeAudioDeltaReader();
  const seen = [
    ['r1', 'i1'],
    ['r1', 'i1'],
    ['r1', 'i2'],
    ['r2', 'i22'],
  ].map(([responseId, itemId]) => {
    reader.read(`{"type":"response.audio.delta","response_id":"${responseId}","item_id":"${itemId}","delta":""}`);
    return [reader.responseId, reader.itemId];
  });
  expect(seen).toEqual([
    ['r1', 'i1'],
    ['r1', 'i1'],
    ['r1', 'i2'],
    ['r2', 'i22'],
  ]);
});
