import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Every statement of the SQLite store, by the method that runs it. */
const SQL = {
  createSession: `
    INSERT INTO sessions
      (session_id, key_id, provider, model, voice, metadata, status, created_at, max_duration_seconds)
    VALUES (?, ?, ?, ?, ?, ?, 'created', ?, ?)`,
  sessionConnected: `
    UPDATE sessions SET status = 'active', connected_at = ? WHERE session_id = ? AND status = 'created'`,
  saveProgress: `
    UPDATE sessions SET
      responses = ?, input_audio_tokens = ?, output_audio_tokens = ?, input_text_tokens = ?, output_text_tokens = ?,
      cached_tokens = ?, input_audio_ms = ?, output_audio_ms = ?, first_audio_count = ?, first_audio_median_ms = ?,
      first_audio_p95_ms = ?, last_error_code = ?, last_error_message = ?, last_error_at = ?
    WHERE session_id = ?`,
  sessionEnded: `
    UPDATE sessions SET status = ?, end_reason = ?, ended_at = ?
    WHERE session_id = ? AND status IN ('created', 'active')`,
  findSession: `SELECT * FROM sessions WHERE session_id = ? AND key_id = ?`,
  listSessions: `
    SELECT * FROM sessions
    WHERE key_id = :keyId
      AND (:status IS NULL OR status = :status)
      AND (:provider IS NULL OR provider = :provider)
      AND (created_at, session_id) < (:beforeMs, :beforeId)
    ORDER BY created_at DESC, session_id DESC
    LIMIT :limit`,
  usageReport: `
    SELECT provider, model,
      count(*) AS sessions,
      coalesce(sum(max(0, coalesce(ended_at, :nowMs) - connected_at)), 0) AS duration_ms,
      sum(responses) AS responses,
      sum(input_audio_tokens) AS input_audio_tokens,
      sum(output_audio_tokens) AS output_audio_tokens,
      sum(input_text_tokens) AS input_text_tokens,
      sum(output_text_tokens) AS output_text_tokens,
      sum(cached_tokens) AS cached_tokens,
      sum(input_audio_ms) AS input_audio_ms,
      sum(output_audio_ms) AS output_audio_ms
    FROM sessions
    WHERE key_id = :keyId AND created_at >= :fromMs AND created_at < :toMs
    GROUP BY provider, model
    ORDER BY provider, model`,
  closeStaleSessions: `
    UPDATE sessions SET
      ended_at = :atMs,
      end_reason = CASE status WHEN 'active' THEN 'server_shutdown' END,
      status = CASE status WHEN 'active' THEN 'ended' ELSE 'expired' END
    WHERE status IN ('created', 'active') AND created_at < :atMs`,

  appendTranscript: `
    INSERT INTO transcripts (session_id, turn, role, text, interrupted, start_ms, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (session_id, turn, role) DO UPDATE SET
      text = excluded.text, interrupted = excluded.interrupted, start_ms = excluded.start_ms, at_ms = excluded.at_ms`,
  readTranscript: `
    SELECT turn, role, text, interrupted, start_ms, at_ms FROM transcripts
    WHERE session_id = ? ORDER BY coalesce(start_ms, at_ms), entry`,

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

/** The statements, compiled once per database. */
export type SqliteStatements = { readonly [Name in keyof typeof SQL]: StatementSync };

export function prepareStatements(database: DatabaseSync): SqliteStatements {
  return Object.fromEntries(
    Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]),
  ) as unknown as SqliteStatements;
}
