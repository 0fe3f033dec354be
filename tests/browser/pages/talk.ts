// A page that talks: what a test evaluates in it finds the package and the conversation at hand.
import { startConversation, type Conversation } from '@speko/client-browser';

const talk = {
  startConversation,
  conversation: undefined as Conversation | undefined,
  /** What the test wants to remember. */
  seen: [] as unknown[],
  audioMs: 0,
};

/** The page's globals, as tests see them. */
export type TalkWindow = Window & typeof globalThis & { talk: typeof talk };

(window as TalkWindow).talk = talk;
