import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from './store-error.ts';

/**
 * One entry per schema version, applied in order and never edited once released. Times are epoch milliseconds.
 * The version reached is kept in the file's own `user_version`.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE keys (
    key_id TEXT PRIMARY KEY,
    key_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    providers TEXT
  ) STRICT;

  CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    voice TEXT,
    metadata TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    connected_at INTEGER,
    ended_at INTEGER,
    end_reason TEXT,
    max_duration_seconds INTEGER NOT NULL,
    responses INTEGER NOT NULL DEFAULT 0,
    input_audio_tokens INTEGER NOT NULL DEFAULT 0,
    output_audio_tokens INTEGER NOT NULL DEFAULT 0,
    input_text_tokens INTEGER NOT NULL DEFAULT 0,
    output_text_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    input_audio_ms REAL NOT NULL DEFAULT 0,
    output_audio_ms REAL NOT NULL DEFAULT 0,
    first_audio_count INTEGER NOT NULL DEFAULT 0,
    first_audio_median_ms REAL,
    first_audio_p95_ms REAL,
    last_error_code TEXT,
    last_error_message TEXT,
    last_error_at INTEGER
  ) STRICT;
  CREATE INDEX sessions_by_key ON sessions (key_id, created_at DESC, session_id DESC);
  CREATE INDEX sessions_open ON sessions (status) WHERE status IN ('created', 'active');

  CREATE TABLE transcripts (
    entry INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL,
    turn TEXT NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    interrupted INTEGER NOT NULL,
    start_ms REAL,
    at_ms REAL NOT NULL,
    UNIQUE (session_id, turn, role)
  ) STRICT;

  CREATE TABLE tokens (
    token_hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokens_by_expiry ON tokens (expires_at);

  CREATE TABLE idempotency (
    key_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    claimed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    response TEXT,
    PRIMARY KEY (key_id, idempotency_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);
  `,
  // Durations of the monotonic clock, usage sums that outlive the records, and what lists and retention search by.
  `
  ALTER TABLE sessions ADD COLUMN duration_ms INTEGER;
  ALTER TABLE sessions ADD COLUMN has_transcript INTEGER NOT NULL DEFAULT 1;

  UPDATE sessions SET duration_ms = max(0, min(max_duration_seconds * 1000, coalesce(
      ended_at - connected_at,
      (SELECT CAST(max(at_ms) AS INTEGER) FROM transcripts WHERE transcripts.session_id = sessions.session_id),
      0)))
    WHERE connected_at IS NOT NULL;

  CREATE TABLE usage_sums (
    key_id TEXT NOT NULL,
    span_ms INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    responses INTEGER NOT NULL,
    input_audio_tokens INTEGER NOT NULL,
    output_audio_tokens INTEGER NOT NULL,
    input_text_tokens INTEGER NOT NULL,
    output_text_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    input_audio_ms REAL NOT NULL,
    output_audio_ms REAL NOT NULL,
    PRIMARY KEY (key_id, span_ms, start_ms, provider, model)
  ) STRICT, WITHOUT ROWID;

  INSERT INTO usage_sums
    SELECT key_id, span_ms, created_at - created_at % span_ms, provider, model, count(*),
      sum(coalesce(duration_ms, 0)), sum(responses), sum(input_audio_tokens), sum(output_audio_tokens),
      sum(input_text_tokens), sum(output_text_tokens), sum(cached_tokens), sum(input_audio_ms),
      sum(output_audio_ms)
    FROM sessions, (SELECT 3600000 AS span_ms UNION ALL SELECT 86400000)
    GROUP BY 1, 2, 3, 4, 5;

  CREATE TRIGGER sessions_minted AFTER INSERT ON sessions BEGIN
    INSERT INTO usage_sums
      SELECT NEW.key_id, span_ms, NEW.created_at - NEW.created_at % span_ms, NEW.provider, NEW.model, 1,
        coalesce(NEW.duration_ms, 0), NEW.responses, NEW.input_audio_tokens, NEW.output_audio_tokens,
        NEW.input_text_tokens, NEW.output_text_tokens, NEW.cached_tokens, NEW.input_audio_ms,
        NEW.output_audio_ms
      FROM (SELECT 3600000 AS span_ms UNION ALL SELECT 86400000) WHERE true
    ON CONFLICT DO UPDATE SET
      sessions = sessions + 1,
      duration_ms = duration_ms + excluded.duration_ms, responses = responses + excluded.responses,
      input_audio_tokens = input_audio_tokens + excluded.input_audio_tokens,
      output_audio_tokens = output_audio_tokens + excluded.output_audio_tokens,
      input_text_tokens = input_text_tokens + excluded.input_text_tokens,
      output_text_tokens = output_text_tokens + excluded.output_text_tokens,
      cached_tokens = cached_tokens + excluded.cached_tokens,
      input_audio_ms = input_audio_ms + excluded.input_audio_ms,
      output_audio_ms = output_audio_ms + excluded.output_audio_ms;
  END;

  CREATE TRIGGER sessions_used AFTER UPDATE OF
    duration_ms, responses, input_audio_tokens, output_audio_tokens, input_text_tokens, output_text_tokens,
    cached_tokens, input_audio_ms, output_audio_ms
  ON sessions BEGIN
    UPDATE usage_sums SET
      duration_ms = duration_ms + coalesce(NEW.duration_ms, 0) - coalesce(OLD.duration_ms, 0),
      responses = responses + NEW.responses - OLD.responses,
      input_audio_tokens = input_audio_tokens + NEW.input_audio_tokens - OLD.input_audio_tokens,
      output_audio_tokens = output_audio_tokens + NEW.output_audio_tokens - OLD.output_audio_tokens,
      input_text_tokens = input_text_tokens + NEW.input_text_tokens - OLD.input_text_tokens,
      output_text_tokens = output_text_tokens + NEW.output_text_tokens - OLD.output_text_tokens,
      cached_tokens = cached_tokens + NEW.cached_tokens - OLD.cached_tokens,
      input_audio_ms = input_audio_ms + NEW.input_audio_ms - OLD.input_audio_ms,
      output_audio_ms = output_audio_ms + NEW.output_audio_ms - OLD.output_audio_ms
    WHERE key_id = NEW.key_id AND provider = NEW.provider AND model = NEW.model AND (span_ms, start_ms) IN (VALUES
      (3600000, NEW.created_at - NEW.created_at % 3600000), (86400000, NEW.created_at - NEW.created_at % 86400000));
  END;

  CREATE INDEX sessions_by_status ON sessions (key_id, status, created_at DESC, session_id DESC);
  CREATE INDEX sessions_by_provider ON sessions (key_id, provider, created_at DESC, session_id DESC);
  CREATE INDEX sessions_by_both ON sessions (key_id, provider, status, created_at DESC, session_id DESC);
  CREATE INDEX sessions_by_end ON sessions (ended_at);
  CREATE INDEX transcripts_by_end ON sessions (ended_at) WHERE has_transcript = 1;
  `,
  // Why the provider broke a turn off.
  `
  ALTER TABLE transcripts ADD COLUMN incomplete TEXT;
  `,
];

/**
 * Brings a database to the newest schema in one transaction, so that two processes may open a new file at once.
 * @throws StoreError `STORE_UNUSABLE` when the file was written by a newer version of this package.
 */
export function migrate(database: DatabaseSync): void {
  // A gateway starts also while another process has the file locked.
  if (versionOf(database) === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database);
    if (version > MIGRATIONS.length) {
      throw new StoreError({
        code: 'STORE_UNUSABLE',
        message: `it has schema version ${version} and this gateway knows versions up to ${MIGRATIONS.length}, so update the gateway`,
      });
    }
    for (const sql of MIGRATIONS.slice(version)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}
