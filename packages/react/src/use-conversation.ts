import {
  createConversation,
  SpekoError,
  type Conversation,
  type ConversationEnd,
  type ConversationOptions,
  type ConversationSnapshot,
} from '@speko/client-browser';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { followOptions } from './follow-options.ts';

/** Commands of a conversation: the same functions in every render. */
export interface ConversationControls extends ConversationCommands {
  /**
   * Asks for the microphone and connects. Call it in a click. What keeps it from starting is told by `error`, not thrown;
   * `conversation.start()` throws it.
   * @throws SpekoError `INVALID_ARGUMENT` without `session` and `getSession`
   */
  readonly start: () => Promise<void>;
}

/** Those of {@link Conversation} as they are. */
export type ConversationCommands = Pick<
  Conversation,
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
 * next `start()` on.
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
  const { end, mute, unmute, interrupt, sendText, sendToolResult, hold, release } = conversation;
  const { setVolume, setInputDevice, setOutputDevice, unblock } = conversation;
  const controls: ConversationControls = {
    start: () => conversation.start().catch(rethrowMistake),
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

/** Rejections that the page shows anyhow would only litter the console, as when the component unmounts, or the options' signal aborts, while it connects. */
function rethrowMistake(error: unknown): void {
  if (SpekoError.isInstance(error) && error.code === 'INVALID_ARGUMENT') throw error;
}
