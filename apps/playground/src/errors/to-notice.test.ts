import { ConversationError } from '@speko/client-browser';
import { expect, test } from 'vitest';
import { toNotice } from './to-notice.ts';

test.each([
  ['mic_denied', true, ['try-again', 'type-instead']],
  ['mic_in_use', true, ['try-again', 'choose-microphone', 'type-instead']],
  ['output_blocked', false, ['unblock']],
  ['mic_lost', false, ['choose-microphone']],
  ['output_not_found', false, ['choose-speaker']],
  ['connection_lost', true, ['try-again']],
  ['unsupported', true, ['type-instead']],
  ['insecure_context', true, ['type-instead']],
  ['worklet_blocked', true, ['type-instead']],
] as const)('%s is shown with what to do', (code, ended, actions) => {
  const error = new ConversationError({ code });
  expect(toNotice(error, ended)).toEqual({ message: error.message, actions });
});

test('starting again is not offered while the call is on', () => {
  expect(toNotice(new ConversationError({ code: 'mic_revoked' }), false)?.actions).toEqual([]);
});

test('a lost connection is none of the user’s business while it is being replaced', () => {
  expect(toNotice(new ConversationError({ code: 'connection_lost' }), false)).toBeUndefined();
});

test('a refused session is told in the words of the gateway', () => {
  const error = new ConversationError({ code: 'session_refused', cause: new Error('Set OPENAI_API_KEY.') });
  expect(toNotice(error, true)).toEqual({ message: 'Set OPENAI_API_KEY.', actions: ['try-again'] });
});

test('an error of the session can be dismissed while the call goes on, and tried again when it does not', () => {
  const error = new ConversationError({ code: 'session_error', message: 'The provider is busy.', recoverable: true });
  expect(toNotice(error, false)).toEqual({ message: 'The provider is busy.', actions: ['dismiss'] });
  expect(toNotice(error, true)?.actions).toEqual(['try-again']);
});

test.each(['TOO_FAST', 'A_CODE_OF_LATER'])(
  'an error of the session with the code %s is shown like any other',
  (serverCode) => {
    const error = new ConversationError({ code: 'session_error', message: 'Wait.', serverCode, recoverable: true });
    expect(toNotice(error, false)).toEqual({ message: 'Wait.', actions: ['dismiss'] });
  },
);
