import type { ConversationError, ConversationErrorCode } from '@speko/client-browser';

/** Remedy for an error, offered as a button. */
export type NoticeAction =
  | 'try-again'
  | 'type-instead'
  | 'unblock'
  | 'choose-microphone'
  | 'choose-speaker'
  | 'dismiss';

/** An error as the page shows it. */
export interface Notice {
  readonly message: string;
  readonly actions: readonly NoticeAction[];
}

/** Words on the buttons. */
export const ACTION_LABELS: Readonly<Record<NoticeAction, string>> = {
  'try-again': 'Try again',
  'type-instead': 'Type instead',
  unblock: 'Click to hear',
  'choose-microphone': 'Choose another microphone',
  'choose-speaker': 'Choose another loudspeaker',
  dismiss: 'Dismiss',
};

const ACTIONS: Readonly<Record<ConversationErrorCode, readonly NoticeAction[]>> = {
  MIC_DENIED: ['try-again', 'type-instead'],
  MIC_DISMISSED: ['try-again', 'type-instead'],
  MIC_BLOCKED_BY_PAGE: ['type-instead'],
  MIC_BLOCKED_BY_SYSTEM: ['try-again', 'type-instead'],
  MIC_NOT_FOUND: ['try-again', 'type-instead'],
  MIC_IN_USE: ['try-again', 'choose-microphone', 'type-instead'],
  MIC_UNAVAILABLE: ['choose-microphone', 'dismiss'],
  MIC_REVOKED: ['try-again'],
  MIC_LOST: ['choose-microphone'],
  MIC_SILENT: ['choose-microphone', 'dismiss'],
  OUTPUT_BLOCKED: ['unblock'],
  OUTPUT_LOST: ['choose-speaker', 'dismiss'],
  OUTPUT_NOT_FOUND: ['choose-speaker'],
  OUTPUT_OVERFLOW: ['dismiss'],
  INSECURE_CONTEXT: ['type-instead'],
  UNSUPPORTED: ['type-instead'],
  WORKLET_BLOCKED: ['type-instead'],
  SESSION_REFUSED: ['try-again'],
  CONNECT_FAILED: ['try-again'],
  CONNECTION_LOST: ['try-again'],
  SESSION_ERROR: ['dismiss'],
};

/**
 * Turns an error into a sentence and what to do.
 * @param ended - Whether the call is over, so that it can be started again. While it is not, a connection that was lost is being
 * replaced, and nothing is to be done about it.
 */
export function toNotice(error: ConversationError, ended: boolean): Notice | undefined {
  if (!ended && (error.code === 'CONNECTION_LOST' || error.code === 'CONNECT_FAILED')) return undefined;
  const reason = error.code === 'SESSION_REFUSED' && error.cause instanceof Error ? error.cause.message : error.message;
  const actions = ACTIONS[error.code].filter(
    (action) => ended || (action !== 'try-again' && action !== 'type-instead'),
  );
  const again = error.code === 'SESSION_ERROR' && ended;
  return { message: reason, actions: again ? ['try-again'] : actions };
}
