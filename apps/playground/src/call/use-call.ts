import type { Conversation, ConversationSnapshot } from '@speko/client-browser';
import { useConversation } from '@speko/react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { CallJournal, JournalView } from '../journal/call-journal.ts';
import type { Settings } from '../settings/settings.ts';
import { callOptions } from './call-options.ts';
import { chooseWay, type Way } from './choose-way.ts';
import { createJournalStore } from './journal-store.ts';
import { usePings } from './use-pings.ts';

/** The call the page holds, and what was written down of it. */
export interface Call {
  readonly conversation: Conversation;
  readonly snapshot: ConversationSnapshot;
  readonly view: JournalView;
  readonly journal: CallJournal;
  /** How this call is held; before the first, how it would be. */
  readonly by: Way;
  /** @param without - `microphone` to type instead, whatever the settings say */
  start(without?: 'microphone'): void;
}

/** Holds calls with the settings as they are when a call starts. */
export function useCall(settings: Settings): Call {
  const latest = useRef<{ settings: Settings; by: Way }>({ settings, by: 'voice' });
  latest.current.settings = settings;
  const [by, setBy] = useState<Way>('voice');
  const [options] = useState(() => callOptions(() => latest.current));
  const { conversation } = useConversation(options);
  const snapshot = conversation.getSnapshot();
  const [store] = useState(() => createJournalStore(conversation));
  const view = useSyncExternalStore(store.subscribe, store.getView);
  const manual = settings.turnTaking !== 'auto';

  usePings(conversation, snapshot.status, store);
  useEffect(() => conversation.setVolume(settings.volume), [conversation, settings.volume]);
  // With push-to-talk the microphone begins closed; without, it must not stay so from the call before.
  useEffect(() => conversation.mute(manual), [conversation, manual]);

  return {
    conversation,
    snapshot,
    view,
    journal: store.journal,
    by,
    start(without) {
      const isTyped = without === 'microphone' || settings.microphone === 'none';
      const way = chooseWay({ isTyped, isSecure: isSecureContext, error: conversation.error?.code });
      latest.current.by = way;
      setBy(way);
      store.begin();
      // What goes wrong is in the snapshot as well, and shown from there.
      conversation.start().catch(() => {});
    },
  };
}
