import type { SessionFrame } from '@speko/client-core';
import type { ConversationError } from '../errors/conversation-error.ts';
import type { ConversationEnd, ConversationMode, ConversationSnapshot } from './conversation-snapshot.ts';
import { cutTurn, settleTurns, stepTranscript, turnId } from './step-transcript.ts';

/** A conversation as it is, beyond what user interfaces see. */
export interface ConversationState {
  readonly snapshot: ConversationSnapshot;
  /** The model owes an answer, or a tool's result is awaited. */
  readonly waiting: boolean;
  /** Audio has come that is not heard yet. */
  readonly starting: boolean;
  /** The assistant can be heard. */
  readonly audible: boolean;
  /** Conversation time at which the present connection opened, in milliseconds. */
  readonly offsetMs: number;
}

/** Something that happens to a conversation. */
export type ConversationInput =
  | { readonly type: 'start'; readonly muted: boolean }
  | { readonly type: 'connected'; readonly sessionId: string; readonly offsetMs: number }
  /** The network is back before the connection broke. */
  | { readonly type: 'resumed' }
  | { readonly type: 'offline' | 'lost' }
  | { readonly type: 'ended'; readonly end: ConversationEnd; readonly error: ConversationError | undefined }
  | { readonly type: 'frame'; readonly frame: SessionFrame }
  /** The user's turn was ended here, or a message typed. */
  | { readonly type: 'asked' }
  /** First audio of a turn; it can be heard; all that came has been heard, or was cut. */
  | { readonly type: 'answer' | 'sound' | 'silence' }
  | { readonly type: 'problem'; readonly error: ConversationError }
  /** Problems whose code begins like this are over. */
  | { readonly type: 'solved'; readonly prefix: string }
  | { readonly type: 'set'; readonly change: Partial<ConversationSnapshot> };

const quiet = { waiting: false, starting: false, audible: false } as const;

/** Before `start()`. */
export function createConversationState(muted: boolean, volume: number): ConversationState {
  return {
    ...quiet,
    offsetMs: 0,
    snapshot: {
      status: 'idle',
      mode: 'listening',
      transcript: [],
      userSpeaking: false,
      muted,
      holding: false,
      volume,
      outputBlocked: false,
      sessionId: undefined,
      ready: undefined,
      error: undefined,
      end: undefined,
    },
  };
}

/** Takes a conversation one step further. Pure: no clock, no device. @see SPEC.md rules CV1 to CV9 */
export function stepConversation(state: ConversationState, input: ConversationInput): ConversationState {
  const { snapshot } = state;
  switch (input.type) {
    case 'start':
      return to(createConversationState(input.muted, snapshot.volume), { status: 'connecting' });
    case 'connected': {
      const { sessionId, offsetMs } = input;
      return to(
        { ...state, offsetMs },
        { status: 'connected', sessionId, ready: undefined, error: keep(snapshot, 'CONNECT') },
      );
    }
    case 'resumed':
      return to(state, { status: 'connected', error: keep(snapshot, 'CONNECT') });
    case 'offline':
      return to(state, { status: 'reconnecting' });
    case 'lost':
      // What has come already is still played.
      return to(
        { ...state, waiting: false },
        {
          status: 'reconnecting',
          userSpeaking: false,
          transcript: settleTurns(snapshot.transcript),
        },
      );
    case 'ended': {
      const { end, error } = input;
      const transcript = settleTurns(snapshot.transcript);
      return to(
        { ...state, ...quiet },
        {
          status: 'ended',
          end,
          error,
          transcript,
          userSpeaking: false,
          holding: false,
          outputBlocked: false,
        },
      );
    }
    case 'frame':
      return stepFrame(state, input.frame);
    case 'asked':
      return to({ ...state, waiting: true });
    case 'answer':
      return to({ ...state, waiting: false, starting: true });
    case 'sound':
      return to({ ...state, starting: false, audible: true }, { error: keep(snapshot, 'SESSION_ERROR') });
    case 'silence':
      return to({ ...state, starting: false, audible: false });
    case 'problem':
      return to(state, { error: input.error });
    case 'solved':
      return to(state, { error: keep(snapshot, input.prefix) });
    default:
      return to(state, input.change);
  }
}

function stepFrame(state: ConversationState, frame: SessionFrame): ConversationState {
  const { snapshot, offsetMs } = state;
  const { transcript, sessionId = '' } = snapshot;
  switch (frame.type) {
    case 'ready':
      return to(state, { ready: frame });
    case 'transcript': {
      // A turn in which nothing was understood is not answered, and of an answer that was broken off no more will come.
      const ignored = frame.incomplete !== undefined || (frame.role === 'user' && frame.final && frame.text === '');
      return to(ignored ? { ...state, waiting: false } : state, {
        transcript: stepTranscript(transcript, frame, { sessionId, offsetMs }),
      });
    }
    case 'speech': {
      if (frame.role === 'assistant') return state;
      const userSpeaking = frame.state === 'started';
      return to({ ...state, waiting: !userSpeaking }, { userSpeaking, error: keep(snapshot, 'MIC_') });
    }
    case 'interruption':
      return frame.turn === undefined
        ? state
        : to(state, { transcript: cutTurn(transcript, turnId(sessionId, frame.turn)) });
    case 'tool_call':
      return to({ ...state, waiting: true });
    case 'error':
      // About the pace of sending; answering goes on.
      return frame.code === 'TOO_FAST' ? state : to({ ...state, waiting: false });
    default:
      // The others change nothing that a page shows.
      return state;
  }
}

/** The present error, unless its code begins with `prefix`. */
function keep({ error }: ConversationSnapshot, prefix: string): ConversationError | undefined {
  return error?.code.startsWith(prefix) ? undefined : error;
}

function to(state: ConversationState, change: Partial<ConversationSnapshot> = {}): ConversationState {
  const { snapshot } = state;
  const next: ConversationSnapshot = { ...snapshot, ...change, mode: modeOf(state) };
  const names = Object.keys(next) as (keyof ConversationSnapshot)[];
  return names.every((name) => next[name] === snapshot[name]) ? state : { ...state, snapshot: next };
}

function modeOf({ audible, waiting, starting }: ConversationState): ConversationMode {
  if (audible) return 'speaking';
  return waiting || starting ? 'thinking' : 'listening';
}
