import type { DatabaseSync } from 'node:sqlite';

import { StoreError } from './store-error.ts';

/**
 * One entry per schema version, applied in order and never edited once released. Times are epoch milliseconds.
 * The version reached is kept in the file's own `user_version`.
 */
const MIGRATIONS: readonly string[] = [
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
