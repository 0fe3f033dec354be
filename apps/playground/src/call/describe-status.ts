import type { ConversationEnd, ConversationSnapshot } from '@speko/client-browser';
import type { TurnTaking } from '../settings/settings.ts';

/** Where the call stands, in words. */
export function describeStatus(snapshot: ConversationSnapshot, turnTaking: TurnTaking, typedOnly: boolean): string {
  switch (snapshot.status) {
    case 'idle':
      return 'Ready when you are';
    case 'connecting':
      return 'Connecting…';
    case 'reconnecting':
      return 'Connection lost. Connecting again…';
    case 'ended':
      return describeEnd(snapshot.end);
    case 'connected':
      return describeMode(snapshot, turnTaking, typedOnly);
  }
}

function describeMode(snapshot: ConversationSnapshot, turnTaking: TurnTaking, typedOnly: boolean): string {
  if (snapshot.mode === 'speaking') return 'Assistant is speaking';
  if (snapshot.mode === 'thinking') return 'Thinking…';
  if (typedOnly) return 'Type a message';
  if (turnTaking === 'auto') {
    if (snapshot.muted) return 'You are muted';
    return snapshot.userSpeaking ? 'Hearing you' : 'Listening';
  }
  if (snapshot.holding) return turnTaking === 'hold' ? 'Listening, let go to send' : 'Listening, press again to send';
  return turnTaking === 'hold' ? 'Hold the button and speak' : 'Press Talk and speak';
}

const END_WORDS: Readonly<Record<string, string>> = {
  not_started: 'The call did not start',
  client_closed: 'Call ended',
  ended_by_api: 'Call ended by the gateway',
  duration_limit: 'Call ended: its time was up',
  idle_timeout: 'Call ended: nothing was sent for too long',
  provider_connect_failed: 'Call ended: the provider could not be reached',
  provider_closed: 'Call ended by the provider',
  provider_error: 'Call ended: the provider failed',
  slow_consumer: 'Call ended: the connection is too slow',
  protocol_error: 'Call ended: page and gateway did not understand each other',
  server_shutdown: 'Call ended: the gateway was shut down',
  connection_lost: 'Call ended: the connection was lost',
};

function describeEnd(end: ConversationEnd | undefined): string {
  return END_WORDS[end?.reason ?? ''] ?? 'Call ended';
}
