import { expect, test } from 'vitest';

import * as clientNode from '@speko/client-node';

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
