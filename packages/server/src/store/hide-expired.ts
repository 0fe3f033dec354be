import type { RetentionCutoffs, SessionStore } from './store.ts';

/**
 * A store whose readers never see what is past its time, whether or not it is deleted yet.
 * @param cutoffs - asked at each read
 */
export function hideExpired(store: SessionStore, cutoffs: () => RetentionCutoffs): SessionStore {
  const reads: Partial<SessionStore> = {
    findSession: (keyId, sessionId) => store.findSession(keyId, sessionId, cutoffs()),
    listSessions: (keyId, query) => store.listSessions(keyId, query, cutoffs()),
    readTranscript: (sessionId) => store.readTranscript(sessionId, cutoffs()),
  };
  return new Proxy(store, {
    get(target, name: keyof SessionStore): unknown {
      const member: unknown = reads[name] ?? Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
