import type { ListedEntry, SessionEntry, TranscriptEntry } from '@speko/protocol';
import type { StoredRecord } from '../store/store.ts';

/** Of the session that a text was spoken in. */
export interface SpokenIn {
  readonly provider: string;
  readonly model: string;
  /** When its client connected, epoch milliseconds: where session time begins. */
  readonly beganAtMs: number;
}

/** A record as JSON text. What the caller attached is put in as it is: nothing here reads it, and no digit is lost. */
export function recordJson({ metadataJson, ...record }: StoredRecord): string {
  return `${JSON.stringify(record).slice(0, -1)},"metadata":${metadataJson}}`;
}

/** A page of records as JSON text. */
export function listJson(records: readonly StoredRecord[], nextCursor: string | undefined): string {
  const entries = records.map(toSessionEntry);
  const rest = JSON.stringify({ entries, nextCursor: nextCursor ?? null });
  return `{"sessions":[${records.map(recordJson).join(',')}],${rest.slice(1)}`;
}

function toSessionEntry({ id, status, createdAt }: StoredRecord): SessionEntry {
  return { sessionId: id, kind: 's2s', status, createdAt };
}

/** What a text's session is, as far as its entry says so. */
export function spokenIn({ provider, model, connectedAt, createdAt }: StoredRecord): SpokenIn {
  return { provider, model, beganAtMs: Date.parse(connectedAt ?? createdAt) };
}

/**
 * A text as answers have it, with the names of the hosted API.
 * @param index - place among the session's texts
 */
export function toListedEntry(
  entry: TranscriptEntry,
  index: number,
  { provider, model, beganAtMs }: SpokenIn,
  isFinal = true,
): ListedEntry {
  const instant = (ms: number): string => new Date(Math.round(beganAtMs + ms)).toISOString();
  return {
    ...entry,
    id: entry.turn,
    index,
    source: entry.role === 'user' ? 'user' : 'agent',
    startedAt: instant(entry.startMs ?? entry.atMs),
    endedAt: isFinal ? instant(entry.atMs) : null,
    provider,
    model,
    ...NOT_KEPT,
  };
}

const NOT_KEPT = {
  eouMs: null,
  llmTtftMs: null,
  ttsTtfbMs: null,
  conversationalLatencyMs: null,
  latencyStatus: null,
  toolCalls: [],
} as const satisfies Partial<ListedEntry>;
