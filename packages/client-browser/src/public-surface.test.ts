import * as clientBrowser from '@speko/client-browser';
import { expect, test } from 'vitest';

test('the public entry exports these values', () => {
  expect(Object.keys(clientBrowser).toSorted()).toEqual([
    'ConversationError',
    'Microphone',
    'Speaker',
    'SpekoConnectionError',
    'SpekoError',
    'createConversation',
    'defineTool',
    'listDevices',
    'startConversation',
    'watchDevices',
  ]);
});
