import { createConversation, type Conversation, type ConversationSnapshot } from '@speko/client-browser';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';

import type { CallJournal, JournalView } from '../journal/call-journal.ts';
import type { Settings } from '../settings/settings.ts';
import { callOptions } from './call-options.ts';
import { createJournalStore } from './journal-store.ts';
import { usePings } from './use-pings.ts';

/** The call the page holds, and what was written down of it. */
export interface Call {
  readonly conversation: Conversation;
  readonly snapshot: ConversationSnapshot;
  readonly view: JournalView;
  readonly journal: CallJournal;
  /** Whether this call goes without a microphone. */
  readonly typedOnly: boolean;
  /** @param without - `microphone` to type instead, whatever the settings say */
  start(without?: 'microphone'): void;
}

/** Holds calls with the settings as they are when a call starts. */
export function useCall(settings: Settings): Call {
  const latest = useRef({ settings, typedOnly: false });
  latest.current.settings = settings;
  const [typedOnly, setTypedOnly] = useState(false);
  const [conversation] = useState(() => createConversation(callOptions(() => latest.current)));
  const store = useMemo(() => createJournalStore(conversation), [conversation]);
  const snapshot = useSyncExternalStore(conversation.subscribe, conversation.getSnapshot);
  const view = useSyncExternalStore(store.subscribe, store.getView);
  usePings(conversation, snapshot.status, store);
  useEffect(() => conversation.setVolume(settings.volume), [conversation, settings.volume]);

  return {
    conversation,
    snapshot,
    view,
    journal: store.journal,
    typedOnly,
    start(without) {
      const typed = without === 'microphone' || settings.microphone === 'none';
      latest.current.typedOnly = typed;
      setTypedOnly(typed);
      store.begin();
      // What goes wrong is in the snapshot as well, and shown from there.
      conversation.start().catch(() => {});
    },
  };
}
