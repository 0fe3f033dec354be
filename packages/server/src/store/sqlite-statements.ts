import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Later than every end. */
const NOT_ENDED = Number.MAX_SAFE_INTEGER;
/**
 * From mint to end: a day for the token and a day for the session are the most that settings allow. What was minted longer
 * before a cut-off is past it, so that a list need not read through all that waits to be deleted.
 */
const LONGEST_LIFE_MS = 172_800_000;

const SUMS = [
  'sessions',
  'duration_ms',
  'responses',
  'input_audio_tokens',
  'output_audio_tokens',
  'input_text_tokens',
  'output_text_tokens',
  'cached_tokens',
  'input_audio_ms',
  'output_audio_ms',
] as const;

/** Where sums can be had from, each up to the name of the instant that it is selected by. */
const ROWS = `(SELECT *, 1 AS sessions FROM sessions WHERE key_id = :keyId AND created_at`;
const HOURS = `(SELECT * FROM usage_sums WHERE key_id = :keyId AND span_ms = 3600000 AND start_ms`;
const DAYS = `(SELECT * FROM usage_sums WHERE key_id = :keyId AND span_ms = 86400000 AND start_ms`;

/** Every statement of the SQLite store, by the method that runs it. */
export const SQL = {
  createSession: `
    INSERT INTO sessions
      (session_id, key_id, provider, model, voice, metadata, status, created_at, max_duration_seconds)
    VALUES (?, ?, ?, ?, ?, ?, 'created', ?, ?)`,
  sessionConnected: `
    UPDATE sessions SET status = 'active', connected_at = ?, duration_ms = 0
    WHERE session_id = ? AND status = 'created'`,
  saveProgress: `
    UPDATE sessions SET
      responses = ?, input_audio_tokens = ?, output_audio_tokens = ?, input_text_tokens = ?, output_text_tokens = ?,
      cached_tokens = ?, input_audio_ms = ?, output_audio_ms = ?, first_audio_count = ?, first_audio_median_ms = ?,
      first_audio_p95_ms = ?, last_error_code = ?, last_error_message = ?, last_error_at = ?,
      duration_ms = coalesce(?, duration_ms)
    WHERE session_id = ?`,
  sessionEnded: `
    UPDATE sessions SET
      status = :status, end_reason = :reason, ended_at = max(:atMs, created_at),
      duration_ms = coalesce(:durationMs, duration_ms)
    WHERE session_id = :sessionId AND status IN ('created', 'active')`,
  findSession: `
    SELECT * FROM sessions WHERE session_id = ? AND key_id = ? AND coalesce(ended_at, ${NOT_ENDED}) >= ?`,
  // One statement per filter: with one that takes every filter, none could use its index.
  listSessions: list('sessions_by_key', ''),
  listByStatus: list('sessions_by_status', 'AND status = :status'),
  listByProvider: list('sessions_by_provider', 'AND provider = :provider'),
  listByBoth: list('sessions_by_both', 'AND provider = :provider AND status = :status'),
  // What is created from one instant to before another, as sums of whole days and hours and a little at both ends:
  // from each instant to the next full hour by rows, from there to the next full day by hours, from there on by days.
  usageReport: `
    SELECT provider, model, ${SUMS.map((name) => `sum(${name}) AS ${name}`).join(', ')}
    FROM (
      ${piece(1, ROWS, 'from', 'fromHour')} UNION ALL ${piece(-1, ROWS, 'to', 'toHour')} UNION ALL
      ${piece(1, HOURS, 'fromHour', 'fromDay')} UNION ALL ${piece(-1, HOURS, 'toHour', 'toDay')} UNION ALL
      ${piece(1, DAYS, 'fromDay', 'toDay')}
    )
    GROUP BY provider, model
    HAVING sum(sessions) > 0
    ORDER BY provider, model`,
  closeStaleSessions: `
    UPDATE sessions SET
      ended_at = max(created_at, min(:atMs, coalesce(connected_at + coalesce(duration_ms, 0), created_at))),
      end_reason = CASE status WHEN 'active' THEN 'server_shutdown' END,
      status = CASE status WHEN 'active' THEN 'ended' ELSE 'expired' END
    WHERE status IN ('created', 'active') AND created_at < :atMs`,

  // A final that comes after its transcript was deleted would stay for ever.
  appendTranscript: `
    INSERT INTO transcripts (session_id, turn, role, text, interrupted, incomplete, start_ms, at_ms)
    SELECT session_id, :turn, :role, :text, :interrupted, :incomplete, :startMs, :atMs FROM sessions
    WHERE session_id = :sessionId AND has_transcript = 1
    ON CONFLICT (session_id, turn, role) DO UPDATE SET
      text = excluded.text, interrupted = excluded.interrupted, incomplete = excluded.incomplete,
      start_ms = excluded.start_ms, at_ms = excluded.at_ms`,
  readTranscript: `
    SELECT turn, role, text, interrupted, incomplete, start_ms, at_ms FROM transcripts
    WHERE session_id = :sessionId
      AND NOT EXISTS (SELECT 1 FROM sessions WHERE session_id = :sessionId AND ended_at < :endedSinceMs)
    ORDER BY coalesce(start_ms, at_ms), entry`,

  findOldTranscripts: `
    SELECT session_id FROM sessions WHERE has_transcript = 1 AND ended_at < :beforeMs ORDER BY ended_at LIMIT :limit`,
  findOldRecords: `SELECT session_id FROM sessions WHERE ended_at < :beforeMs ORDER BY ended_at LIMIT :limit`,
  deleteEntries: `
    DELETE FROM transcripts WHERE entry IN (SELECT entry FROM transcripts WHERE session_id = :sessionId LIMIT :limit)`,
  markWithoutTranscript: `UPDATE sessions SET has_transcript = 0 WHERE session_id = :sessionId`,
  deleteRecord: `DELETE FROM sessions WHERE session_id = :sessionId`,

  saveToken: `INSERT INTO tokens (token_hash, session_id, expires_at) VALUES (?, ?, ?)`,
  takeToken: `
    UPDATE tokens SET used_at = :nowMs
    WHERE token_hash = :tokenHash AND session_id = :sessionId AND used_at IS NULL AND expires_at > :nowMs`,
  findToken: `SELECT used_at FROM tokens WHERE token_hash = ? AND session_id = ?`,
  // Bounded, so that no single mint pays for a long quiet time.
  purgeTokens: `
    DELETE FROM tokens WHERE token_hash IN (SELECT token_hash FROM tokens WHERE expires_at <= ? LIMIT 20)`,

  saveKey: `
    INSERT INTO keys (key_id, key_hash, name, created_at, revoked_at, providers) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (key_id) DO UPDATE SET
      name = excluded.name, revoked_at = excluded.revoked_at, providers = excluded.providers`,
  findKey: `SELECT * FROM keys WHERE key_hash = ?`,
  listKeys: `SELECT * FROM keys ORDER BY created_at, key_id`,
  revokeKey: `UPDATE keys SET revoked_at = coalesce(revoked_at, ?) WHERE key_id = ?`,

  claimIdempotency: `
    INSERT INTO idempotency (key_id, idempotency_key, body_hash, claimed_at, expires_at)
    VALUES (:keyId, :idempotencyKey, :bodyHash, :nowMs, :expiresAtMs)
    ON CONFLICT (key_id, idempotency_key) DO UPDATE SET
      body_hash = excluded.body_hash, claimed_at = excluded.claimed_at, expires_at = excluded.expires_at,
      response = NULL
    WHERE idempotency.expires_at <= :nowMs
      OR (idempotency.response IS NULL AND idempotency.claimed_at <= :abandonedMs)`,
  findIdempotency: `SELECT body_hash, response FROM idempotency WHERE key_id = ? AND idempotency_key = ?`,
  saveIdempotentResponse: `UPDATE idempotency SET response = ? WHERE key_id = ? AND idempotency_key = ?`,
  releaseIdempotency: `DELETE FROM idempotency WHERE key_id = ? AND idempotency_key = ? AND response IS NULL`,
  purgeIdempotency: `
    DELETE FROM idempotency WHERE (key_id, idempotency_key) IN
      (SELECT key_id, idempotency_key FROM idempotency WHERE expires_at <= ? LIMIT 20)`,
} as const;

/** The index is named, since the planner does not always see which one leaves the fewest rows. */
function list(index: string, filter: string): string {
  return `
    SELECT * FROM sessions INDEXED BY ${index}
    WHERE key_id = :keyId ${filter} AND (created_at, session_id) < (:beforeMs, :beforeId)
      AND created_at >= :endedSinceMs - ${LONGEST_LIFE_MS} AND coalesce(ended_at, ${NOT_ENDED}) >= :endedSinceMs
    ORDER BY created_at DESC, session_id DESC
    LIMIT :limit`;
}

function piece(sign: 1 | -1, source: string, from: string, to: string): string {
  const sums = SUMS.map((name) => `${sign} * coalesce(${name}, 0) AS ${name}`).join(', ');
  return `SELECT provider, model, ${sums} FROM ${source} BETWEEN :${from} AND :${to} - 1)`;
}

/** The statements, compiled once per database. */
export type SqliteStatements = { readonly [Name in keyof typeof SQL]: StatementSync };

export function prepareStatements(database: DatabaseSync): SqliteStatements {
  return Object.fromEntries(
    Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]),
  ) as unknown as SqliteStatements;
}
