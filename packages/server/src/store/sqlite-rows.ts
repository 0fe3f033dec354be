import type { SQLOutputValue } from 'node:sqlite';
import type { SessionStatus, TranscriptEntry, UsageRow } from '@speko/protocol';
import type { StoredKey, StoredRecord } from './store.ts';

/** A row as the driver gives it. */
export type Row = Record<string, SQLOutputValue>;

/** The columns are this package's own schema, so their types are known. */
export function typed<T>(row: Row): T {
  return row as unknown as T;
}

/** A row of the table `sessions`. */
export interface SessionRow {
  readonly session_id: string;
  readonly provider: string;
  readonly model: string;
  readonly voice: string | null;
  readonly metadata: string;
  readonly status: SessionStatus;
  readonly created_at: number;
  readonly connected_at: number | null;
  readonly ended_at: number | null;
  readonly end_reason: string | null;
  readonly duration_ms: number | null;
  readonly max_duration_seconds: number;
  readonly responses: number;
  readonly input_audio_tokens: number;
  readonly output_audio_tokens: number;
  readonly input_text_tokens: number;
  readonly output_text_tokens: number;
  readonly cached_tokens: number;
  readonly input_audio_ms: number;
  readonly output_audio_ms: number;
  readonly first_audio_count: number;
  readonly first_audio_median_ms: number | null;
  readonly first_audio_p95_ms: number | null;
  readonly last_error_code: string | null;
  readonly last_error_message: string | null;
  readonly last_error_at: number | null;
}

/** A row of the table `transcripts`. */
export interface TranscriptRow {
  readonly turn: string;
  readonly role: TranscriptEntry['role'];
  readonly text: string;
  readonly interrupted: number;
  readonly incomplete: string | null;
  readonly start_ms: number | null;
  readonly at_ms: number;
}

/** The record; an active session's duration is the last one saved. */
export function toStoredRecord(row: SessionRow): StoredRecord {
  return {
    id: row.session_id,
    mode: 's2s',
    provider: row.provider,
    model: row.model,
    voice: row.voice,
    status: row.status,
    createdAt: toInstant(row.created_at),
    connectedAt: row.connected_at === null ? null : toInstant(row.connected_at),
    endedAt: row.ended_at === null ? null : toInstant(row.ended_at),
    endReason: row.end_reason,
    durationMs: row.duration_ms,
    maxDurationSeconds: row.max_duration_seconds,
    metadataJson: row.metadata,
    usage: {
      responses: row.responses,
      inputAudioTokens: row.input_audio_tokens,
      outputAudioTokens: row.output_audio_tokens,
      inputTextTokens: row.input_text_tokens,
      outputTextTokens: row.output_text_tokens,
      cachedTokens: row.cached_tokens,
    },
    audio: { inputMs: row.input_audio_ms, outputMs: row.output_audio_ms },
    timeToFirstAudio: {
      count: row.first_audio_count,
      medianMs: row.first_audio_median_ms,
      p95Ms: row.first_audio_p95_ms,
    },
    lastError:
      row.last_error_code === null || row.last_error_message === null || row.last_error_at === null
        ? null
        : { code: row.last_error_code, message: row.last_error_message, at: toInstant(row.last_error_at) },
  };
}

export function toTranscriptEntry(row: TranscriptRow): TranscriptEntry {
  return {
    turn: row.turn,
    role: row.role,
    text: row.text,
    interrupted: row.interrupted === 1,
    ...(row.incomplete === null ? {} : { incomplete: row.incomplete }),
    startMs: row.start_ms,
    atMs: row.at_ms,
  };
}

export function toStoredKey(row: Row): StoredKey {
  const { revoked_at: revokedAt, providers } = row;
  return {
    keyId: String(row['key_id']),
    keyHash: String(row['key_hash']),
    name: String(row['name']),
    createdAtMs: Number(row['created_at']),
    ...(revokedAt !== null && { revokedAtMs: Number(revokedAt) }),
    ...(typeof providers === 'string' && { providers: JSON.parse(providers) as string[] }),
  };
}

export function toUsageRow(row: Row): UsageRow {
  return {
    provider: String(row['provider']),
    model: String(row['model']),
    sessions: Number(row['sessions']),
    durationMs: Number(row['duration_ms']),
    usage: {
      responses: Number(row['responses']),
      inputAudioTokens: Number(row['input_audio_tokens']),
      outputAudioTokens: Number(row['output_audio_tokens']),
      inputTextTokens: Number(row['input_text_tokens']),
      outputTextTokens: Number(row['output_text_tokens']),
      cachedTokens: Number(row['cached_tokens']),
    },
    // Fractions do not always cancel out to the last bit.
    audio: {
      inputMs: Math.max(0, Number(row['input_audio_ms'])),
      outputMs: Math.max(0, Number(row['output_audio_ms'])),
    },
  };
}

export function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
