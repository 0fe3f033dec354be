import { SpekoError } from '@speko/client-core';

/**
 * What can go wrong with a conversation, sorted by what a person does about it.
 *
 * Microphone: `mic_denied` (blocked for this site), `mic_dismissed` (the question was closed), `mic_blocked_by_page`
 * (the embedding page does not allow it), `mic_blocked_by_system`, `mic_not_found`, `mic_in_use`, `mic_unavailable` (the
 * chosen one is gone), `mic_revoked` (in mid-call), `mic_lost` (in mid-call), `mic_silent`. Output: `output_blocked` (a click
 * is needed), `output_lost`, `output_not_found`, `output_overflow`. Page: `insecure_context`, `unsupported`,
 * `worklet_blocked` (Content-Security-Policy; the `cause` tells developers what to change). Connection: `session_refused` (`getSession` failed), `connect_failed`,
 * `connection_lost`, `session_error` (an `error` frame; `serverCode` holds its code).
 */
export type ConversationErrorCode =
  | 'mic_denied'
  | 'mic_dismissed'
  | 'mic_blocked_by_page'
  | 'mic_blocked_by_system'
  | 'mic_not_found'
  | 'mic_in_use'
  | 'mic_unavailable'
  | 'mic_revoked'
  | 'mic_lost'
  | 'mic_silent'
  | 'output_blocked'
  | 'output_lost'
  | 'output_not_found'
  | 'output_overflow'
  | 'insecure_context'
  | 'unsupported'
  | 'worklet_blocked'
  | 'session_refused'
  | 'connect_failed'
  | 'connection_lost'
  | 'session_error';

/** What a {@link ConversationError} is made from. */
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

  constructor({ code, message = SENTENCES[code], cause, serverCode, recoverable = false }: ConversationErrorOptions) {
    super({ code, message, cause });
    this.serverCode = serverCode;
    this.recoverable = recoverable;
  }
}

const SENTENCES: Readonly<Record<ConversationErrorCode, string>> = {
  mic_denied: 'The microphone is blocked for this site. Allow it in the address bar and try again.',
  mic_dismissed: 'The microphone was not allowed. Try again and choose Allow.',
  mic_blocked_by_page: 'The microphone is blocked by the page around this one. Open this page in a window of its own.',
  mic_blocked_by_system: 'The microphone is blocked by the system. Allow it in the system settings and try again.',
  mic_not_found: 'No microphone was found. Connect one and try again.',
  mic_in_use: 'The microphone is in use by another program. Close it and try again.',
  mic_unavailable: 'The chosen microphone is gone. Another one is used.',
  mic_revoked: 'The microphone is no longer allowed. Allow it in the address bar.',
  mic_lost: 'The microphone is gone. Connect it again or choose another one.',
  mic_silent: 'No sound comes from the microphone. Check its switch or choose another one.',
  output_blocked: 'The browser holds back the sound. Click to hear it.',
  output_lost: 'The chosen loudspeaker is gone. Another one is used.',
  output_not_found: 'The chosen loudspeaker was not found. Choose another one.',
  output_overflow: 'The answer is too long. The rest of it is left out.',
  insecure_context: 'Microphone and sound work on secure pages only. Open this page over https.',
  unsupported: 'This browser cannot hold calls. Use a current Chrome, Edge, Firefox or Safari.',
  worklet_blocked: 'This page keeps its own sound from working. Tell those who run it.',
  session_refused: 'The call was not started. Try again.',
  connect_failed: 'The call was not connected. Check the network and try again.',
  connection_lost: 'The connection is gone. Check the network and try again.',
  session_error: 'Something went wrong in this call.',
};
