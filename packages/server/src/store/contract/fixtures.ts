import assert from 'node:assert/strict';
import type { TranscriptEntry } from '@speko/protocol';
import type { NewSession, RetentionCutoffs, SessionStore } from '../store.ts';
import { CONTRACT_NOW_MS } from './store-contract-case.ts';

export const NOW_MS = CONTRACT_NOW_MS;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const END = { status: 'ended', reason: 'client_closed', atMs: NOW_MS } as const;

export function session(changes: Partial<NewSession>): NewSession {
  return {
    sessionId: 'ses_1',
    keyId: 'key_1',
    provider: 'echo',
    model: 'echo-1',
    createdAtMs: NOW_MS,
    maxDurationSeconds: 1800,
    ...changes,
  };
}

export function entry(changes: Partial<TranscriptEntry>): TranscriptEntry {
  return { turn: 'u1', role: 'user', text: 'Hello.', interrupted: false, startMs: 100, atMs: 900, ...changes };
}

export function progress(responses: number) {
  return {
    durationMs: null,
    usage: {
      responses,
      inputAudioTokens: 10 * responses,
      outputAudioTokens: 20 * responses,
      inputTextTokens: 30 * responses,
      outputTextTokens: 40 * responses,
      cachedTokens: 50 * responses,
    },
    inputAudioMs: 500.25 * responses,
    outputAudioMs: 1000 * responses,
    timeToFirstAudio: { count: responses, medianMs: 300, p95Ms: 900 },
  };
}

/** A call of 5 s with three finals. */
export async function endedSession(store: SessionStore, sessionId: string, endedAtMs: number): Promise<void> {
  const createdAtMs = Math.max(0, endedAtMs - 5_000);
  await store.createSession(session({ sessionId, createdAtMs }));
  await store.sessionConnected(sessionId, createdAtMs);
  for (const turn of ['t1', 't2', 't3']) await store.appendTranscript(sessionId, entry({ turn }));
  await store.sessionEnded(sessionId, { ...END, atMs: endedAtMs, durationMs: 5_000 });
}

export async function deleteAll(store: SessionStore, cutoffs: RetentionCutoffs, limit: number): Promise<void> {
  for (let round = 0; (await store.deleteExpired(cutoffs, limit)) > 0; round += 1) {
    assert.ok(round < 100, 'deleteExpired says for ever that there is more to do');
  }
}

export function claim(changes: object) {
  return { keyId: 'key_1', idempotencyKey: 'idem', bodyHash: 'body', nowMs: NOW_MS, windowMs: 600_000, ...changes };
}

export function idsOf(page: { sessions: readonly { id: string }[] }): string[] {
  return page.sessions.map(({ id }) => id);
}

export function cursorOf(page: { nextCursor?: string }): { cursor?: string } {
  return page.nextCursor === undefined ? {} : { cursor: page.nextCursor };
}
