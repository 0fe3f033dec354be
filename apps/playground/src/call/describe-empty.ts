import type { ConversationSnapshot } from '@speko/client-browser';
import type { TurnTaking } from '../settings/settings.ts';

/** What the words for an empty list of captions depend on. */
export interface EmptyState {
  readonly status: ConversationSnapshot['status'];
  readonly muted: boolean;
  readonly turnTaking: TurnTaking;
  /** How the call is held, or would be: by voice, by typing, or by typing with answers that can only be read. */
  readonly by: 'voice' | 'typing' | 'reading';
  readonly isEcho: boolean;
}

/** What stands in the place of captions while there are none: what to do now, and what comes of it. */
export function describeEmpty({ status, by, isEcho, ...how }: EmptyState): string {
  const outcome = isEcho ? 'Echo says it back.' : 'The conversation appears here.';
  switch (status) {
    case 'idle':
      return [
        `Start a call and ${by === 'voice' ? 'say something' : 'type a message'}.`,
        outcome,
        ...(isEcho ? ['It needs no key.'] : []),
      ].join(' ');
    case 'connecting':
      return by === 'voice' ? 'Allow the microphone if the browser asks for it.' : 'One moment.';
    case 'connected':
    case 'reconnecting':
      if (by === 'reading') return `Type a message. ${outcome} On this page it can only be read, not heard.`;
      return `${by === 'typing' ? 'Type a message.' : describeTalking(how)} ${outcome}`;
    case 'ended':
      return 'Nothing was said in this call.';
  }
}

function describeTalking({ muted, turnTaking }: Pick<EmptyState, 'muted' | 'turnTaking'>): string {
  if (turnTaking === 'hold') return 'Hold the button and say something, or type a message.';
  if (turnTaking === 'toggle') return 'Press Talk and say something, or type a message.';
  return muted ? 'You are muted. Unmute and say something, or type a message.' : 'Say something, or type a message.';
}
