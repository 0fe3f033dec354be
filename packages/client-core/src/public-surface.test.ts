import * as clientCore from '@speko/client-core';
import { expect, test } from 'vitest';

test('the public entry exports these values', () => {
  expect(Object.keys(clientCore).toSorted()).toEqual([
    'ClientSession',
    'PushSession',
    'RestClient',
    'SpekoApiError',
    'SpekoAuthError',
    'SpekoConnectionError',
    'SpekoError',
    'SpekoRateLimitError',
    'clampDelay',
    'createSessionState',
    'defineTool',
    'describeCause',
    'invalidArgument',
    'stepSession',
    'toApiError',
  ]);
});
