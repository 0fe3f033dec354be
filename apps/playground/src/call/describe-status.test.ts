import type { ConversationSnapshot } from '@speko/client-browser';
import { expect, test } from 'vitest';
import { describeStatus } from './describe-status.ts';

const snapshot: ConversationSnapshot = {
  status: 'connected',
  mode: 'listening',
  transcript: [],
  userSpeaking: false,
  muted: false,
  holding: false,
  volume: 1,
  outputBlocked: false,
  sessionId: undefined,
  ready: undefined,
  error: undefined,
  end: undefined,
};

test.each([
  ['idle', { status: 'idle' }, 'Ready when you are'],
  ['connecting', { status: 'connecting' }, 'Connecting…'],
  ['reconnecting', { status: 'reconnecting' }, 'Connection lost. Connecting again…'],
  ['listening', {}, 'Listening'],
  ['hearing the user', { userSpeaking: true }, 'Hearing you'],
  ['muted', { muted: true, userSpeaking: true }, 'You are muted'],
  ['thinking', { mode: 'thinking' }, 'Thinking…'],
  ['speaking', { mode: 'speaking', muted: true }, 'Assistant is speaking'],
  ['ended by the user', { status: 'ended', end: { reason: 'client_closed', code: 1000 } }, 'Call ended'],
  ['never begun', { status: 'ended', end: { reason: 'not_started', code: 1006 } }, 'The call did not start'],
  ['ended by time', { status: 'ended', end: { reason: 'duration_limit', code: 4408 } }, 'Call ended: its time was up'],
  ['ended as no one knows', { status: 'ended', end: { reason: 'new_reason', code: 4999 } }, 'Call ended'],
] as const)('a call that is %s is told in words', (_, fields, words) => {
  expect(describeStatus({ ...snapshot, ...fields }, 'auto', false)).toBe(words);
});

test('push-to-talk says what the button waits for', () => {
  const closed = { ...snapshot, muted: true };
  expect(describeStatus(closed, 'hold', false)).toBe('Hold the button and speak');
  expect(describeStatus(closed, 'toggle', false)).toBe('Press Talk and speak');
  const open = { ...snapshot, holding: true };
  expect(describeStatus(open, 'hold', false)).toBe('Listening, let go to send');
  expect(describeStatus(open, 'toggle', false)).toBe('Listening, press again to send');
});

test('without a microphone the user is asked to type', () => {
  expect(describeStatus(snapshot, 'auto', true)).toBe('Type a message');
});
