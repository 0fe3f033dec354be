import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TranscriptEntry, UsageReport } from '@speko/protocol';
import { steadyEpochMs } from '../anchored-time.ts';
import type { SqliteStoreOptions } from './create-sqlite-store.ts';
import { openSqlite } from './open-sqlite.ts';
import { decodeCursor, encodeCursor, type PagePosition } from './page-cursor.ts';
import { SqliteLock } from './sqlite-lock.ts';
import {
  type SessionRow,
  toInstant,
  toStoredKey,
  toStoredRecord,
  toTranscriptEntry,
  toUsageRow,
  type TranscriptRow,
  typed,
} from './sqlite-rows.ts';
import { prepareStatements, type SqliteStatements } from './sqlite-statements.ts';
import type {
  AcquireOptions,
  IdempotencyClaim,
  IdempotencyResult,
  NewSession,
  RecordChange,
  RetentionCutoffs,
  SessionEnd,
  SessionPage,
  SessionProgress,
  SessionQuery,
  SessionStore,
  StoredKey,
  StoredRecord,
  StoredToken,
  TokenTake,
} from './store.ts';

/** How long a spent token is remembered, so that a late client is told why it is refused. */
const TOKEN_MEMORY_MS = 3_600_000;
/** A claim this old whose request never answered belongs to a process that stopped. */
const ABANDONED_CLAIM_MS = 30_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Nothing ended before this. */
const EVER = 0;
/** Before every session there is: the first page. */
const NEWEST: PagePosition = { createdAtMs: Number.MAX_SAFE_INTEGER, sessionId: '' };

/**
 * The embedded store on the calling thread, which waits for each statement: for the thread of `createSqliteStore`, and
 * for tests.
 * @throws StoreError `STORE_UNUSABLE` when the file cannot be opened.
 */
export function createBlockingSqliteStore({
  path,
  nowMs = steadyEpochMs,
}: Omit<SqliteStoreOptions, 'hasThread'>): SessionStore {
  return new BlockingSqliteStore(openSqlite(path), path, nowMs);
}

class BlockingSqliteStore implements SessionStore {
  readonly #database: DatabaseSync;
  readonly #sql: SqliteStatements;
  readonly #nowMs: () => number;
  readonly #lock: SqliteLock | undefined;
  #isOpen = true;

  constructor(database: DatabaseSync, path: string, nowMs: () => number) {
    this.#database = database;
    this.#lock = path === ':memory:' ? undefined : new SqliteLock(path);
    this.#sql = prepareStatements(database);
    this.#nowMs = nowMs;
  }

  async createSession(session: NewSession): Promise<void> {
    this.#sql.createSession.run(
      session.sessionId,
      session.keyId,
      session.provider,
      session.model,
      session.voice ?? null,
      session.metadataJson ?? '{}',
      session.createdAtMs,
      session.maxDurationSeconds,
    );
  }

  async sessionConnected(sessionId: string, atMs: number): Promise<void> {
    this.#connected(sessionId, atMs);
  }

  #connected(sessionId: string, atMs: number): void {
    this.#sql.sessionConnected.run(atMs, sessionId);
  }

  async saveProgress(sessionId: string, progress: SessionProgress): Promise<void> {
    this.#progressed(sessionId, progress);
  }

  #progressed(sessionId: string, progress: SessionProgress): void {
    const { usage, timeToFirstAudio, lastError } = progress;
    this.#sql.saveProgress.run(
      usage.responses,
      usage.inputAudioTokens,
      usage.outputAudioTokens,
      usage.inputTextTokens,
      usage.outputTextTokens,
      usage.cachedTokens,
      progress.inputAudioMs,
      progress.outputAudioMs,
      timeToFirstAudio.count,
      timeToFirstAudio.medianMs,
      timeToFirstAudio.p95Ms,
      lastError?.code ?? null,
      lastError?.message ?? null,
      lastError?.atMs ?? null,
      progress.durationMs,
      sessionId,
    );
  }

  async appendTranscript(sessionId: string, entry: TranscriptEntry): Promise<void> {
    this.#said(sessionId, entry);
  }

  #said(sessionId: string, entry: TranscriptEntry): void {
    const { turn, role, text, incomplete = null, startMs, atMs } = entry;
    const interrupted = entry.interrupted ? 1 : 0;
    this.#sql.appendTranscript.run({ sessionId, turn, role, text, interrupted, incomplete, startMs, atMs });
  }

  async sessionEnded(sessionId: string, end: SessionEnd): Promise<void> {
    this.#ended(sessionId, end);
  }

  #ended(sessionId: string, end: SessionEnd): void {
    const { status, reason, atMs, durationMs } = end;
    this.#sql.sessionEnded.run({ sessionId, status, reason, atMs, durationMs });
  }

  async record(changes: readonly RecordChange[]): Promise<void> {
    this.#inTransaction(() => {
      for (const change of changes) this.#change(change);
    });
  }

  /** All of `work`, or nothing of it. */
  #inTransaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #change(change: RecordChange): void {
    switch (change.type) {
      case 'connected':
        return this.#connected(change.sessionId, change.atMs);
      case 'progress':
        return this.#progressed(change.sessionId, change.progress);
      case 'transcript':
        return this.#said(change.sessionId, change.entry);
      case 'ended':
        return this.#ended(change.sessionId, change.end);
    }
  }

  async findSession(
    keyId: string,
    sessionId: string,
    { recordsBeforeMs = EVER }: RetentionCutoffs = {},
  ): Promise<StoredRecord | undefined> {
    const row = this.#sql.findSession.get(sessionId, keyId, recordsBeforeMs);
    return row === undefined ? undefined : toStoredRecord(typed<SessionRow>(row));
  }

  async listSessions(
    keyId: string,
    query: SessionQuery,
    { recordsBeforeMs = EVER }: RetentionCutoffs = {},
  ): Promise<SessionPage> {
    const before = query.cursor === undefined ? NEWEST : decodeCursor(query.cursor);
    // One more than asked for tells whether there is a next page.
    const rows = this.#listStatement(query)
      .all({
        keyId,
        ...(query.status !== undefined && { status: query.status }),
        ...(query.provider !== undefined && { provider: query.provider }),
        beforeMs: before.createdAtMs,
        beforeId: before.sessionId,
        endedSinceMs: recordsBeforeMs,
        limit: query.limit + 1,
      })
      .map((row) => typed<SessionRow>(row));
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      sessions: page.map(toStoredRecord),
      ...(rows.length > page.length &&
        last !== undefined && {
          nextCursor: encodeCursor({ createdAtMs: last.created_at, sessionId: last.session_id }),
        }),
    };
  }

  #listStatement({ status, provider }: SessionQuery): StatementSync {
    if (status === undefined) return provider === undefined ? this.#sql.listSessions : this.#sql.listByProvider;
    return provider === undefined ? this.#sql.listByStatus : this.#sql.listByBoth;
  }

  async readTranscript(
    sessionId: string,
    { transcriptsBeforeMs = EVER, recordsBeforeMs = EVER }: RetentionCutoffs = {},
  ): Promise<readonly TranscriptEntry[]> {
    const endedSinceMs = Math.max(transcriptsBeforeMs, recordsBeforeMs);
    const rows = this.#sql.readTranscript.all({ sessionId, endedSinceMs });
    return rows.map((row) => toTranscriptEntry(typed<TranscriptRow>(row)));
  }

  async usageReport(keyId: string, fromMs: number, toMs: number): Promise<UsageReport> {
    const rows = this.#sql.usageReport.all({
      keyId,
      from: fromMs,
      to: toMs,
      fromHour: roundUp(fromMs, HOUR_MS),
      toHour: roundUp(toMs, HOUR_MS),
      fromDay: roundUp(fromMs, DAY_MS),
      toDay: roundUp(toMs, DAY_MS),
    });
    return { from: toInstant(fromMs), to: toInstant(toMs), rows: rows.map(toUsageRow) };
  }

  async deleteExpired({ transcriptsBeforeMs, recordsBeforeMs }: RetentionCutoffs, limit: number): Promise<number> {
    return this.#inTransaction(() => {
      let done = 0;
      if (recordsBeforeMs !== undefined) {
        done += this.#deleteOld(this.#sql.findOldRecords, recordsBeforeMs, limit, this.#sql.deleteRecord);
      }
      if (transcriptsBeforeMs !== undefined) {
        const { findOldTranscripts, markWithoutTranscript } = this.#sql;
        done += this.#deleteOld(findOldTranscripts, transcriptsBeforeMs, limit, markWithoutTranscript);
      }
      return done;
    });
  }

  /** A transcript may be longer than one step: its session is finished off only when all of it is gone. */
  #deleteOld(find: StatementSync, beforeMs: number, limit: number, finish: StatementSync): number {
    let done = 0;
    for (const row of find.all({ beforeMs, limit })) {
      const sessionId = String(row['session_id']);
      done += Number(this.#sql.deleteEntries.run({ sessionId, limit: limit - done }).changes);
      if (done >= limit) break;
      finish.run({ sessionId });
      done += 1;
      if (done >= limit) break;
    }
    return done;
  }

  async closeStaleSessions(atMs: number): Promise<number> {
    return Number(this.#sql.closeStaleSessions.run({ atMs }).changes);
  }

  async saveToken(token: StoredToken): Promise<void> {
    // By the earlier of two clocks: neither one that was set ahead nor one that was set back makes others look spent.
    this.#sql.purgeTokens.run(Math.min(this.#nowMs(), token.expiresAtMs) - TOKEN_MEMORY_MS);
    this.#sql.saveToken.run(token.tokenHash, token.sessionId, token.expiresAtMs);
  }

  async takeToken(tokenHash: string, sessionId: string, nowMs: number): Promise<TokenTake> {
    // Strangers may ask at any rate: what was never minted costs a read, not a write.
    if (this.#sql.findToken.get(tokenHash, sessionId) === undefined) return 'unknown';
    if (this.#sql.takeToken.run({ tokenHash, sessionId, nowMs }).changes === 1) return 'ok';
    const row = this.#sql.findToken.get(tokenHash, sessionId);
    if (row === undefined) return 'unknown';
    return row['used_at'] === null ? 'expired' : 'used';
  }

  async saveKey(key: StoredKey): Promise<void> {
    const providers = key.providers === undefined ? null : JSON.stringify(key.providers);
    this.#sql.saveKey.run(key.keyId, key.keyHash, key.name, key.createdAtMs, key.revokedAtMs ?? null, providers);
  }

  async findKey(keyHash: string): Promise<StoredKey | undefined> {
    const row = this.#sql.findKey.get(keyHash);
    return row === undefined ? undefined : toStoredKey(row);
  }

  async listKeys(): Promise<readonly StoredKey[]> {
    return this.#sql.listKeys.all().map(toStoredKey);
  }

  async revokeKey(keyId: string, atMs: number): Promise<boolean> {
    return this.#sql.revokeKey.run(atMs, keyId).changes === 1;
  }

  async claimIdempotency(claim: IdempotencyClaim): Promise<IdempotencyResult> {
    const { keyId, idempotencyKey, bodyHash, nowMs, windowMs } = claim;
    this.#sql.purgeIdempotency.run(nowMs);
    const claimed = this.#sql.claimIdempotency.run({
      keyId,
      idempotencyKey,
      bodyHash,
      nowMs,
      expiresAtMs: nowMs + windowMs,
      abandonedMs: nowMs - ABANDONED_CLAIM_MS,
    });
    if (claimed.changes === 1) return { type: 'claimed' };
    const row = this.#sql.findIdempotency.get(keyId, idempotencyKey);
    if (row?.['body_hash'] !== bodyHash) return { type: 'conflict' };
    const response = row['response'];
    return typeof response === 'string' ? { type: 'repeat', response } : { type: 'pending' };
  }

  async saveIdempotentResponse(keyId: string, idempotencyKey: string, response: string): Promise<void> {
    this.#sql.saveIdempotentResponse.run(response, keyId, idempotencyKey);
  }

  async releaseIdempotency(keyId: string, idempotencyKey: string): Promise<void> {
    this.#sql.releaseIdempotency.run(keyId, idempotencyKey);
  }

  async acquire(options: AcquireOptions): Promise<void> {
    await this.#lock?.acquire(options);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#database.close();
    this.#lock?.release();
  }
}

/** The first full hour or day that does not begin before an instant. */
function roundUp(atMs: number, spanMs: number): number {
  return Math.ceil(atMs / spanMs) * spanMs;
}
