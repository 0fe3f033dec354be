import {
  createConversation,
  type Conversation,
  type ConversationEnd,
  type ConversationOptions,
  type ConversationSnapshot,
} from '@speko/client-browser';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

import { followOptions } from './follow-options.ts';

/** Commands of a conversation: the same functions in every render. */
export type ConversationControls = Pick<
  Conversation,
  | 'start'
  | 'end'
  | 'mute'
  | 'unmute'
  | 'interrupt'
  | 'sendText'
  | 'sendToolResult'
  | 'hold'
  | 'release'
  | 'setVolume'
  | 'setInputDevice'
  | 'setOutputDevice'
  | 'unblock'
>;

/** What {@link useConversation} returns: how things stand, and what to do about it. */
export interface UseConversation extends Omit<ConversationSnapshot, 'end'>, ConversationControls {
  /** Why and how the conversation ended; present once `status` is `ended`. */
  readonly ended: ConversationEnd | undefined;
  /** The conversation itself, for its events, levels and `ping`. The same object in every render. */
  readonly conversation: Conversation;
}

/**
 * A conversation that lives as long as the component. Rendering opens nothing; `start()` does, in a click. Unmounting ends it.
 *
 * Options may differ in every render: callbacks and what tools do are those of the last one, anything else holds from the
 * next `start()` on; only `turnDetection` stays as it was first.
 */
export function useConversation(options: ConversationOptions = {}): UseConversation {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const [{ conversation, controls }] = useState(() => create(createConversation(followOptions(latest))));
  const snapshot = useSyncExternalStore(conversation.subscribe, conversation.getSnapshot, conversation.getSnapshot);
  useEffect(() => () => void conversation.end(), [conversation]);
  return { ...snapshot, ended: snapshot.end, ...controls, conversation };
}

function create(conversation: Conversation): { conversation: Conversation; controls: ConversationControls } {
  const { start, end, mute, unmute, interrupt, sendText, sendToolResult, hold, release } = conversation;
  const { setVolume, setInputDevice, setOutputDevice, unblock } = conversation;
  const controls = {
    start,
    end,
    mute,
    unmute,
    interrupt,
    sendText,
    sendToolResult,
    hold,
    release,
    setVolume,
    setInputDevice,
    setOutputDevice,
    unblock,
  };
  return { conversation, controls };
}
