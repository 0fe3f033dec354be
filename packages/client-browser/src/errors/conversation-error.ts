import { SpekoError } from '@speko/client-core';
import { isBranded } from '@speko/protocol/lean';

const CONVERSATION_ERROR_BRAND: unique symbol = Symbol.for('speko.ConversationError');

/**
 * Faults of a conversation, by their remedy.
 *
 * Microphone: `MIC_DENIED` (blocked for this site), `MIC_DISMISSED` (the question was closed), `MIC_BLOCKED_BY_PAGE`
 * (the embedding page does not allow it), `MIC_BLOCKED_BY_SYSTEM`, `MIC_NOT_FOUND`, `MIC_IN_USE`, `MIC_UNAVAILABLE` (the
 * chosen one is gone), `MIC_REVOKED` (in mid-call), `MIC_LOST` (in mid-call), `MIC_SILENT`. Output: `OUTPUT_BLOCKED` (a click
 * is needed), `OUTPUT_LOST`, `OUTPUT_NOT_FOUND`, `OUTPUT_OVERFLOW`. Page: `INSECURE_CONTEXT`, `UNSUPPORTED`,
 * `WORKLET_BLOCKED` (Content-Security-Policy; the `cause` tells developers what to change). Connection: `SESSION_REFUSED` (`getSession` failed), `CONNECT_FAILED`,
 * `CONNECTION_LOST`, `SESSION_ERROR` (an `error` frame; `serverCode` holds its code).
 */
export type ConversationErrorCode =
  | 'MIC_DENIED'
  | 'MIC_DISMISSED'
  | 'MIC_BLOCKED_BY_PAGE'
  | 'MIC_BLOCKED_BY_SYSTEM'
  | 'MIC_NOT_FOUND'
  | 'MIC_IN_USE'
  | 'MIC_UNAVAILABLE'
  | 'MIC_REVOKED'
  | 'MIC_LOST'
  | 'MIC_SILENT'
  | 'OUTPUT_BLOCKED'
  | 'OUTPUT_LOST'
  | 'OUTPUT_NOT_FOUND'
  | 'OUTPUT_OVERFLOW'
  | 'INSECURE_CONTEXT'
  | 'UNSUPPORTED'
  | 'WORKLET_BLOCKED'
  | 'SESSION_REFUSED'
  | 'CONNECT_FAILED'
  | 'CONNECTION_LOST'
  | 'SESSION_ERROR';

/** Options of {@link ConversationError}. */
export interface ConversationErrorOptions {
  readonly code: ConversationErrorCode;
  /** @defaultValue the code's own sentence for users */
  readonly message?: string | undefined;
  /** The browser's or the client's own error. */
  readonly cause?: unknown;
  /** Code of the gateway's `error` frame. */
  readonly serverCode?: string | undefined;
  /** Whether the conversation goes on. @defaultValue false */
  readonly recoverable?: boolean | undefined;
}

/** Something a person should know; `message` is a sentence to show, which says what to do. */
export class ConversationError extends SpekoError {
  override readonly name: string = 'ConversationError';
  declare readonly code: ConversationErrorCode;
  readonly serverCode: string | undefined;
  readonly recoverable: boolean;
  /** Marks instances across copies of this package. */
  readonly [CONVERSATION_ERROR_BRAND] = true;

  constructor({ code, message = SENTENCES[code], cause, serverCode, recoverable = false }: ConversationErrorOptions) {
    super({ code, message, cause });
    this.serverCode = serverCode;
    this.recoverable = recoverable;
  }

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static override isInstance(error: unknown): error is ConversationError {
    return isBranded(error, CONVERSATION_ERROR_BRAND);
  }
}

const SENTENCES: Readonly<Record<ConversationErrorCode, string>> = {
  MIC_DENIED: 'The microphone is blocked for this site. Allow it in the address bar and try again.',
  MIC_DISMISSED: 'The microphone was not allowed. Try again and choose Allow.',
  MIC_BLOCKED_BY_PAGE: 'The microphone is blocked by the page around this one. Open this page in a window of its own.',
  MIC_BLOCKED_BY_SYSTEM: 'The microphone is blocked by the system. Allow it in the system settings and try again.',
  MIC_NOT_FOUND: 'No microphone was found. Connect one and try again.',
  MIC_IN_USE: 'The microphone is in use by another program. Close it and try again.',
  MIC_UNAVAILABLE: 'The chosen microphone is gone. Another one is used.',
  MIC_REVOKED: 'The microphone is no longer allowed. Allow it in the address bar.',
  MIC_LOST: 'The microphone is gone. Connect it again or choose another one.',
  MIC_SILENT: 'No sound comes from the microphone. Check its switch or choose another one.',
  OUTPUT_BLOCKED: 'The browser holds back the sound. Click to hear it.',
  OUTPUT_LOST: 'The chosen loudspeaker is gone. Another one is used.',
  OUTPUT_NOT_FOUND: 'The chosen loudspeaker was not found. Choose another one.',
  OUTPUT_OVERFLOW: 'The answer is too long. The rest of it is left out.',
  INSECURE_CONTEXT: 'Microphone and sound work on secure pages only. Open this page over https.',
  UNSUPPORTED: 'This browser cannot hold calls. Use a current Chrome, Edge, Firefox or Safari.',
  WORKLET_BLOCKED: 'This page keeps its own sound from working. Tell those who run it.',
  SESSION_REFUSED: 'The call was not started. Try again.',
  CONNECT_FAILED: 'The call was not connected. Check the network and try again.',
  CONNECTION_LOST: 'The connection is gone. Check the network and try again.',
  SESSION_ERROR: 'Something went wrong in this call.',
};
