import type { Conversation, ConversationStatus } from '@speko/client-browser';
import { useEffect } from 'react';
import type { JournalStore } from './journal-store.ts';

const PING_EVERY_MS = 5000;

/** Measures the round trip to the gateway, at once and then every 5 s, while connected. */
export function usePings(conversation: Conversation, status: ConversationStatus, store: JournalStore): void {
  useEffect(() => {
    if (status !== 'connected') return;
    const ping = () => {
      // A connection that breaks while it is being measured has nothing to measure.
      conversation.ping().then(store.noteRoundTrip, () => {});
    };
    ping();
    const timer = setInterval(ping, PING_EVERY_MS);
    return () => clearInterval(timer);
  }, [conversation, status, store]);
}
