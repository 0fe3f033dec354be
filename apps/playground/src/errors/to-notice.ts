import type { ConversationError, ConversationErrorCode } from '@speko/client-browser';

/** What a person can do about an error at a click. */
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
  mic_denied: ['try-again', 'type-instead'],
  mic_dismissed: ['try-again', 'type-instead'],
  mic_blocked_by_page: ['type-instead'],
  mic_blocked_by_system: ['try-again', 'type-instead'],
  mic_not_found: ['try-again', 'type-instead'],
  mic_in_use: ['try-again', 'choose-microphone', 'type-instead'],
  mic_unavailable: ['choose-microphone', 'dismiss'],
  mic_revoked: ['try-again'],
  mic_lost: ['choose-microphone'],
  mic_silent: ['choose-microphone', 'dismiss'],
  output_blocked: ['unblock'],
  output_lost: ['choose-speaker', 'dismiss'],
  output_not_found: ['choose-speaker'],
  output_overflow: ['dismiss'],
  insecure_context: ['type-instead'],
  unsupported: ['type-instead'],
  worklet_blocked: ['type-instead'],
  session_refused: ['try-again'],
  connect_failed: ['try-again'],
  connection_lost: ['try-again'],
  session_error: ['dismiss'],
};

/**
 * Turns an error into a sentence and what to do.
 * @param ended - Whether the call is over, so that it can be started again. While it is not, a connection that was lost is being
 * replaced, and nothing is to be done about it.
 */
export function toNotice(error: ConversationError, ended: boolean): Notice | undefined {
  if (!ended && (error.code === 'connection_lost' || error.code === 'connect_failed')) return undefined;
  const reason = error.code === 'session_refused' && error.cause instanceof Error ? error.cause.message : error.message;
  const actions = ACTIONS[error.code].filter(
    (action) => ended || (action !== 'try-again' && action !== 'type-instead'),
  );
  const again = error.code === 'session_error' && ended;
  return { message: reason, actions: again ? ['try-again'] : actions };
}
