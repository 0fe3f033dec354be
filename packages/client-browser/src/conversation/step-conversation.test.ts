import type { SessionFrame } from '@speko/client-core';
import { describe, expect, test } from 'vitest';
import { ConversationError } from '../errors/conversation-error.ts';
import {
  createConversationState,
  stepConversation,
  type ConversationInput,
  type ConversationState,
} from './step-conversation.ts';

const CONNECTED = run(createConversationState(false, 1), [
  { type: 'start', muted: false },
  { type: 'connected', sessionId: 's1', offsetMs: 0 },
]);

function run(state: ConversationState, inputs: readonly ConversationInput[]): ConversationState {
  return inputs.reduce(stepConversation, state);
}

/** The mode after each input. */
function modes(inputs: readonly ConversationInput[]): string[] {
  let state = CONNECTED;
  return inputs.map((input) => {
    state = stepConversation(state, input);
    return state.snapshot.mode;
  });
}

const frame = (value: SessionFrame): ConversationInput => ({ type: 'frame', frame: value });
const speech = (role: 'user' | 'assistant', state: 'started' | 'stopped', turn: string): ConversationInput =>
  frame({ type: 'speech', role, state, turn });
const TOOL_CALL = frame({ type: 'tool_call', callId: 'c1', name: 'look_up', arguments: '{}', automatic: true });
const ERROR = frame({ type: 'error', code: 'PROVIDER_ERROR', message: 'No.', fatal: false });

describe('mode', () => {
  test('[CV5] a question and its answer', () => {
    expect(
      modes([
        speech('user', 'started', 'u1'),
        speech('user', 'stopped', 'u1'),
        speech('assistant', 'started', 'a1'),
        { type: 'answer' },
        { type: 'sound' },
        speech('assistant', 'stopped', 'a1'),
        { type: 'silence' },
      ]),
    ).toEqual(['listening', 'thinking', 'thinking', 'thinking', 'speaking', 'speaking', 'listening']);
  });

  test('[CV5] a tool that is called in mid-sentence is waited for after it', () => {
    expect(modes([{ type: 'asked' }, { type: 'answer' }, TOOL_CALL, { type: 'sound' }, { type: 'silence' }])).toEqual([
      'thinking',
      'thinking',
      'thinking',
      'speaking',
      'thinking',
    ]);
  });

  test('[CV5] an interruption by speech ends in a question', () => {
    expect(
      modes([
        { type: 'answer' },
        { type: 'sound' },
        speech('user', 'started', 'u2'),
        { type: 'silence' },
        speech('user', 'stopped', 'u2'),
      ]),
    ).toEqual(['thinking', 'speaking', 'speaking', 'listening', 'thinking']);
  });

  test('[CV9] what was sent too fast is answered all the same', () => {
    const TOO_FAST = frame({ type: 'error', code: 'TOO_FAST', message: 'Send at the pace of speech.', fatal: false });
    expect(modes([speech('user', 'stopped', 'u1'), TOO_FAST, TOO_FAST])).toEqual(['thinking', 'thinking', 'thinking']);
    expect(modes([TOO_FAST])).toEqual(['listening']);
  });

  test('[CV5] neither an error nor a turn that was not understood keeps the user waiting', () => {
    const nothing = frame({
      type: 'transcript',
      role: 'user',
      text: '',
      final: true,
      turn: 'u1',
      delta: undefined,
      startMs: 5,
      interrupted: false,
    });
    expect(modes([{ type: 'asked' }, ERROR])).toEqual(['thinking', 'listening']);
    expect(modes([{ type: 'asked' }, nothing])).toEqual(['thinking', 'listening']);
  });

  test('[CV5] an answer that the model broke off is not waited for', () => {
    const brokenOff = frame({
      type: 'transcript',
      role: 'assistant',
      text: '',
      final: true,
      turn: 'a1',
      delta: undefined,
      startMs: undefined,
      interrupted: false,
      incomplete: 'content_filter',
    });
    expect(modes([{ type: 'asked' }, brokenOff])).toEqual(['thinking', 'listening']);
  });

  test('[CV5] nothing is thought about once the connection is lost, and what came is still heard', () => {
    expect(modes([{ type: 'asked' }, { type: 'lost' }])).toEqual(['thinking', 'listening']);
    expect(modes([{ type: 'answer' }, { type: 'sound' }, { type: 'lost' }, { type: 'silence' }])).toEqual([
      'thinking',
      'speaking',
      'speaking',
      'listening',
    ]);
  });
});

describe('snapshots', () => {
  test('[CV8] a change keeps what did not change', () => {
    const before = run(CONNECTED, [
      frame({
        type: 'transcript',
        role: 'user',
        text: 'Hello.',
        final: true,
        turn: 'u1',
        delta: undefined,
        startMs: 5,
        interrupted: false,
      }),
    ]);
    const after = stepConversation(before, { type: 'set', change: { muted: true } });
    expect(after.snapshot).not.toBe(before.snapshot);
    expect(after.snapshot.transcript).toBe(before.snapshot.transcript);
  });

  test('[CV8] what changes nothing makes no new one', () => {
    for (const input of [
      { type: 'set', change: { muted: false } },
      { type: 'solved', prefix: 'MIC_' },
      { type: 'silence' },
      frame({ type: 'usage', inputAudioTokens: 1, outputAudioTokens: 1 } as SessionFrame),
    ] as const) {
      expect(stepConversation(CONNECTED, input).snapshot).toBe(CONNECTED.snapshot);
    }
  });

  test('[CV4, CV14] a new start keeps the volume only, and is told of mute', () => {
    const ended = run(CONNECTED, [
      { type: 'set', change: { muted: true, volume: 0.5, holding: true } },
      { type: 'ended', end: { reason: 'ended_by_api', code: 1000 }, error: undefined },
    ]);
    expect(ended.snapshot).toMatchObject({
      status: 'ended',
      holding: false,
      end: { reason: 'ended_by_api', code: 1000 },
    });
    expect(stepConversation(ended, { type: 'start', muted: true }).snapshot).toEqual({
      status: 'connecting',
      mode: 'listening',
      transcript: [],
      userSpeaking: false,
      muted: true,
      holding: false,
      volume: 0.5,
      outputBlocked: false,
      sessionId: undefined,
      ready: undefined,
      error: undefined,
      end: undefined,
    });
  });
});

describe('errors', () => {
  const after = (code: 'MIC_SILENT' | 'SESSION_ERROR' | 'CONNECTION_LOST', ...inputs: ConversationInput[]): unknown =>
    run(CONNECTED, [{ type: 'problem', error: new ConversationError({ code }) }, ...inputs]).snapshot.error?.code;

  test('[CV9] a silent microphone is forgiven when the user is heard', () => {
    expect(after('MIC_SILENT')).toBe('MIC_SILENT');
    expect(after('MIC_SILENT', { type: 'sound' })).toBe('MIC_SILENT');
    expect(after('MIC_SILENT', speech('user', 'started', 'u1'))).toBe(undefined);
  });

  test('[CV9] an error of the session when the assistant is heard', () => {
    expect(after('SESSION_ERROR', speech('user', 'started', 'u1'))).toBe('SESSION_ERROR');
    expect(after('SESSION_ERROR', { type: 'sound' })).toBe(undefined);
  });

  test('[CV9] a lost connection when there is one again', () => {
    expect(after('CONNECTION_LOST', { type: 'resumed' })).toBe(undefined);
    expect(after('CONNECTION_LOST', { type: 'connected', sessionId: 's2', offsetMs: 10 })).toBe(undefined);
  });
});
