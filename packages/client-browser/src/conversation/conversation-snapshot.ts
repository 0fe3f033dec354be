import type { SessionReadyFrame } from '@speko/client-core';
import type { ConversationError } from '../errors/conversation-error.ts';

/**
 * Where a conversation stands. `idle` before `start()`; `connecting` until the WebSocket is open and the microphone runs;
 * `reconnecting` while a lost connection is being replaced; `ended` for good, until `start()` is called again.
 */
export type ConversationStatus = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'ended';

/**
 * Whose move it is. `speaking` while the assistant's voice can be heard, `thinking` from the end of the user's turn to the
 * first sound of the answer, else `listening`.
 */
export type ConversationMode = 'listening' | 'speaking' | 'thinking';

/** One turn of the conversation, assembled from its transcript frames. */
export interface TranscriptTurn {
  /** Unique in the conversation, also across reconnections. */
  readonly id: string;
  readonly role: 'user' | 'assistant';
  /** What was said so far; of an interrupted turn what was heard, where that is known. */
  readonly text: string;
  /** No more text of this turn follows. */
  readonly final: boolean;
  /** The turn was cut off before its end was heard. */
  readonly interrupted: boolean;
  /** Why the model broke the turn off, such as `content_filter`; `undefined` of one that it ended, or that goes on. */
  readonly incomplete?: string | undefined;
  /** When it was spoken, in milliseconds since the conversation's first connection opened, where known. */
  readonly startMs: number | undefined;
}

/** Why and how a conversation ended. */
export interface ConversationEnd {
  /** The gateway's `end` reason, `client_closed` for `end()`, `connection_lost`, or `not_started` when `start()` failed. */
  readonly reason: string;
  /** WebSocket close code; 1006 where there was none. */
  readonly code: number;
}

/** Everything a user interface shows, but for levels. Immutable: a change makes a new one, and equal parts stay the same object. */
export interface ConversationSnapshot {
  /** `idle` until `start()`. */
  readonly status: ConversationStatus;
  /** Whose move it is; `listening` while nothing is connected. */
  readonly mode: ConversationMode;
  /** Turns in the order in which they were spoken. */
  readonly transcript: readonly TranscriptTurn[];
  /** The vendor hears the user speak. */
  readonly userSpeaking: boolean;
  /** The microphone sends silence. */
  readonly muted: boolean;
  /** Whether `hold()` is in force. */
  readonly holding: boolean;
  /** 0 to 1. */
  readonly volume: number;
  /** The browser holds back the sound until `unblock()` is called in a click. */
  readonly outputBlocked: boolean;
  /** Of the session that is open, or was last; `undefined` before the first. */
  readonly sessionId: string | undefined;
  /** The last `ready` frame: provider, model, rates, capabilities, ignored settings. */
  readonly ready: SessionReadyFrame | undefined;
  /** What is wrong now, or why the conversation ended; `undefined` when all is well. */
  readonly error: ConversationError | undefined;
  /** Present once `status` is `ended`. */
  readonly end: ConversationEnd | undefined;
}
