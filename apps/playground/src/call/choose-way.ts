import type { ConversationErrorCode } from '@speko/client-browser';

/** How a call is held: by voice, by typing, or by typing with answers that can only be read. */
export type Way = 'voice' | 'typing' | 'reading';

/** Obstacle to any sound of the page, its loudspeaker's included. */
const SOUNDLESS: ReadonlySet<ConversationErrorCode | undefined> = new Set([
  'INSECURE_CONTEXT',
  'UNSUPPORTED',
  'WORKLET_BLOCKED',
]);

/**
 * How to hold the next call.
 * @param error - What kept the call before from starting.
 */
export function chooseWay({ isTyped, isSecure, error }: WayOptions): Way {
  if (!isTyped) return 'voice';
  return isSecure && !SOUNDLESS.has(error) ? 'typing' : 'reading';
}

interface WayOptions {
  readonly isTyped: boolean;
  /** `isSecureContext` of the page: browsers let others make no sound of their own. */
  readonly isSecure: boolean;
  readonly error: ConversationErrorCode | undefined;
}
