// A page that talks: what a test evaluates in it finds the package and the conversation at hand.
import { startConversation, type Conversation } from '@speko/client-browser';

const talk = {
  startConversation,
  conversation: undefined as Conversation | undefined,
  /** What the test wants to remember. */
  seen: [] as unknown[],
  audioMs: 0,
  /** Of each piece of audio, where it begins in its buffer, and how much of that is not its own, in bytes. */
  buffers: [] as [number, number][],
};

/** The page's globals, as tests see them. */
export type TalkWindow = Window & typeof globalThis & { talk: typeof talk };

(window as TalkWindow).talk = talk;
