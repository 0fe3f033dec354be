import { expect, test } from 'vitest';
import { describeEmpty, type EmptyState } from './describe-empty.ts';

const BEFORE: EmptyState = { status: 'idle', muted: false, turnTaking: 'auto', by: 'voice', isEcho: true };

test.each<[Partial<EmptyState>, string]>([
  [{}, 'Start a call and say something. Echo says it back. It needs no key.'],
  [{ isEcho: false }, 'Start a call and say something. The conversation appears here.'],
  [{ by: 'typing' }, 'Start a call and type a message. Echo says it back. It needs no key.'],
  [{ status: 'connecting' }, 'Allow the microphone if the browser asks for it.'],
  [{ status: 'connecting', by: 'reading' }, 'One moment.'],
  [{ status: 'connected' }, 'Say something, or type a message. Echo says it back.'],
  [
    { status: 'connected', muted: true },
    'You are muted. Unmute and say something, or type a message. Echo says it back.',
  ],
  [
    { status: 'connected', muted: true, turnTaking: 'hold', isEcho: false },
    'Hold the button and say something, or type a message. The conversation appears here.',
  ],
  [
    { status: 'reconnecting', turnTaking: 'toggle', isEcho: false },
    'Press Talk and say something, or type a message. The conversation appears here.',
  ],
  [{ status: 'connected', by: 'typing' }, 'Type a message. Echo says it back.'],
  [
    { status: 'connected', by: 'reading' },
    'Type a message. Echo says it back. On this page it can only be read, not heard.',
  ],
  [{ status: 'ended' }, 'Nothing was said in this call.'],
])('[UI1] %j', (change, words) => {
  expect(describeEmpty({ ...BEFORE, ...change })).toBe(words);
});
