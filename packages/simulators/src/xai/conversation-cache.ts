import { SimulatedConversation } from './simulated-conversation.ts';

/** Lifetime of an unused conversation, in milliseconds. */
const KEPT_MS = 30 * 60_000;

/** The conversations that may be resumed, across the connections of one simulator. */
export class ConversationCache {
  readonly #conversations = new Map<string, SimulatedConversation>();

  /** The conversation asked for, if it is still kept, or a new one under `newId`. */
  take(
    wantedId: string | undefined,
    newId: string,
    nowMs: number,
  ): { conversation: SimulatedConversation; isResumed: boolean } {
    const kept = wantedId === undefined ? undefined : this.#conversations.get(wantedId);
    if (kept !== undefined && kept.isKept && nowMs - kept.lastUsedMs <= KEPT_MS) {
      return { conversation: kept, isResumed: true };
    }
    const conversation = new SimulatedConversation(newId);
    conversation.lastUsedMs = nowMs;
    this.#conversations.set(newId, conversation);
    return { conversation, isResumed: false };
  }
}
