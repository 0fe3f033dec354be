import * as clientNode from '@speko/client-node';
import { expect, test } from 'vitest';

test('the public entry exports these values', () => {
  expect(Object.keys(clientNode).toSorted()).toEqual([
    'AudioError',
    'PlaybackClock',
    'RealtimeSession',
    'Speko',
    'SpekoApiError',
    'SpekoAuthError',
    'SpekoConnectionError',
    'SpekoError',
    'SpekoRateLimitError',
    'defineTool',
    'encodeWav',
    'pacedAudio',
  ]);
});
