import type { EndReason, SessionStatus, TranscriptEntry } from '@speko/protocol';

/** Events of a session, for watchers over REST. */
export type SessionNotice =
  | { readonly type: 'status'; readonly status: SessionStatus; readonly atMs: number }
  | { readonly type: 'transcript'; readonly entry: TranscriptEntry; readonly final: boolean }
  | { readonly type: 'end'; readonly reason: EndReason | null; readonly atMs: number };

/** Carries notices from the node that holds a session to any node that watches it. */
export interface NoticeBus {
  publish(sessionId: string, notice: SessionNotice): void;
  /** Returns the function that stops watching. */
  subscribe(sessionId: string, listener: (notice: SessionNotice) => void): () => void;
}

/** A bus for a gateway of one node. */
export function createLocalNoticeBus(): NoticeBus {
  const listeners = new Map<string, Set<(notice: SessionNotice) => void>>();
  return {
    publish(sessionId, notice) {
      for (const listener of listeners.get(sessionId) ?? []) listener(notice);
    },
    subscribe(sessionId, listener) {
      const group = listeners.get(sessionId) ?? new Set();
      listeners.set(sessionId, group.add(listener));
      return () => {
        group.delete(listener);
        if (group.size === 0) listeners.delete(sessionId);
      };
    },
  };
}
