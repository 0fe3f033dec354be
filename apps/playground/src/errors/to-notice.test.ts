import { ConversationError } from '@speko/client-browser';
import { expect, test } from 'vitest';
import { toNotice } from './to-notice.ts';

test.each([
  ['MIC_DENIED', true, ['try-again', 'type-instead']],
  ['MIC_IN_USE', true, ['try-again', 'choose-microphone', 'type-instead']],
  ['OUTPUT_BLOCKED', false, ['unblock']],
  ['MIC_LOST', false, ['choose-microphone']],
  ['OUTPUT_NOT_FOUND', false, ['choose-speaker']],
  ['CONNECTION_LOST', true, ['try-again']],
  ['UNSUPPORTED', true, ['type-instead']],
  ['INSECURE_CONTEXT', true, ['type-instead']],
  ['WORKLET_BLOCKED', true, ['type-instead']],
] as const)('%s is shown with what to do', (code, ended, actions) => {
  const error = new ConversationError({ code });
  expect(toNotice(error, ended)).toEqual({ message: error.message, actions });
});

test('starting again is not offered while the call is on', () => {
  expect(toNotice(new ConversationError({ code: 'MIC_REVOKED' }), false)?.actions).toEqual([]);
});

test('a lost connection is none of the user’s business while it is being replaced', () => {
  expect(toNotice(new ConversationError({ code: 'CONNECTION_LOST' }), false)).toBeUndefined();
});

test('a refused session is told in the words of the gateway', () => {
  const error = new ConversationError({ code: 'SESSION_REFUSED', cause: new Error('Set OPENAI_API_KEY.') });
  expect(toNotice(error, true)).toEqual({ message: 'Set OPENAI_API_KEY.', actions: ['try-again'] });
});

test('an error of the session can be dismissed while the call goes on, and tried again when it does not', () => {
  const error = new ConversationError({ code: 'SESSION_ERROR', message: 'The provider is busy.', recoverable: true });
  expect(toNotice(error, false)).toEqual({ message: 'The provider is busy.', actions: ['dismiss'] });
  expect(toNotice(error, true)?.actions).toEqual(['try-again']);
});

test.each(['TOO_FAST', 'A_CODE_OF_LATER'])(
  'an error of the session with the code %s is shown like any other',
  (serverCode) => {
    const error = new ConversationError({ code: 'SESSION_ERROR', message: 'Wait.', serverCode, recoverable: true });
    expect(toNotice(error, false)).toEqual({ message: 'Wait.', actions: ['dismiss'] });
  },
);
