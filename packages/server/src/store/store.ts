import type {
  EndReason,
  SessionRecord,
  SessionStatus,
  TimeToFirstAudio,
  TranscriptEntry,
  UsageReport,
  UsageSums,
} from '@speko/protocol';

/**
 * What the gateway keeps: API keys, tokens, session records and transcripts. Times are epoch milliseconds. Methods
 * are asynchronous so that a networked database fits behind them; a failing store rejects and never corrupts a session.
 * What may succeed a moment later, as while the database is locked, rejects with StoreError `STORE_UNAVAILABLE`.
 */
export interface SessionStore {
  /** Keeps a session that was just minted. */
  createSession(session: NewSession): Promise<void>;
  /** The client is here: the session is `active`. */
  sessionConnected(sessionId: string, atMs: number): Promise<void>;
  /** Totals so far; each call replaces the totals of the one before. A duration of `null` leaves the last one. */
  saveProgress(sessionId: string, progress: SessionProgress): Promise<void>;
  /** Keeps the final text of one turn and role. */
  appendTranscript(sessionId: string, entry: TranscriptEntry): Promise<void>;
  /**
   * `expired` when no client connected, else `ended`. The first end counts; a later one changes nothing. A duration of
   * `null` leaves the last one saved, and no end is kept that lies before the session was created.
   */
  sessionEnded(sessionId: string, end: SessionEnd): Promise<void>;
  /** Several of these changes in their order, all of them or, where it rejects, none. */
  record(changes: readonly RecordChange[]): Promise<void>;
  /** Only sessions of this key are visible, and none whose record is past its time. */
  findSession(keyId: string, sessionId: string, cutoffs?: RetentionCutoffs): Promise<StoredRecord | undefined>;
  /** Newest first, without records that are past their time. */
  listSessions(keyId: string, query: SessionQuery, cutoffs?: RetentionCutoffs): Promise<SessionPage>;
  /** In order of speaking; empty when the transcript is past its time. */
  readTranscript(sessionId: string, cutoffs?: RetentionCutoffs): Promise<readonly TranscriptEntry[]>;
  /**
   * Deletes what is past its time, in one short step: at most `limit` records and texts of transcripts. Sessions that
   * have not ended are left alone, and usage reports go on counting what is gone.
   * @returns how much was done; 0 once nothing is left, so call it again until then
   */
  deleteExpired(cutoffs: RetentionCutoffs, limit: number): Promise<number>;
  /**
   * Sums per provider and model over sessions created in `[fromMs, toMs)`. A session whose record was deleted counts
   * as created at the start of its hour in UTC, so that periods which follow each other still add up.
   */
  usageReport(keyId: string, fromMs: number, toMs: number): Promise<UsageReport>;
  /**
   * Closes sessions minted before `atMs` that a stopped process left open; returns how many. They keep the duration
   * last saved and end with it, at the latest at `atMs`, so that the time in which no gateway ran does not count.
   */
  closeStaleSessions(atMs: number): Promise<number>;

  /** Keeps the hash of a token, never the token. */
  saveToken(token: StoredToken): Promise<void>;
  /** Marks the token as used, atomically: of two callers at once only one gets `ok`. */
  takeToken(tokenHash: string, sessionId: string, nowMs: number): Promise<TokenTake>;

  /** Keeps the hash of a key, never the key. */
  saveKey(key: StoredKey): Promise<void>;
  /** Revoked ones included. */
  findKey(keyHash: string): Promise<StoredKey | undefined>;
  /** Every key, revoked ones included. */
  listKeys(): Promise<readonly StoredKey[]>;
  /** False when there is no such key. */
  revokeKey(keyId: string, atMs: number): Promise<boolean>;

  /** Claims an idempotency key for a body; a repeat within the window gets what the first one stored. */
  claimIdempotency(claim: IdempotencyClaim): Promise<IdempotencyResult>;
  /** Answer to a repeat of a claimed request. */
  saveIdempotentResponse(keyId: string, idempotencyKey: string, response: string): Promise<void>;
  /** Gives the claim back when minting failed, so that a retry starts afresh. */
  releaseIdempotency(keyId: string, idempotencyKey: string): Promise<void>;

  /**
   * Keeps the database to this gateway until `close`: waits while another one serves from it.
   * @throws StoreError `STORE_IN_USE` when that one does not leave in time
   */
  acquire(options: AcquireOptions): Promise<void>;

  /** Finishes what was begun and lets go of the database. */
  close(): Promise<void>;
}

/** One thing that happens to the record of a session, as the method of the same purpose takes it. */
export type RecordChange =
  | { readonly type: 'connected'; readonly sessionId: string; readonly atMs: number }
  | { readonly type: 'progress'; readonly sessionId: string; readonly progress: SessionProgress }
  | { readonly type: 'transcript'; readonly sessionId: string; readonly entry: TranscriptEntry }
  | { readonly type: 'ended'; readonly sessionId: string; readonly end: SessionEnd };

/** How long to wait for another gateway to leave. */
export interface AcquireOptions {
  /** Milliseconds. */
  readonly waitMs: number;
  /** Another gateway is there, and is waited for. */
  onWait(): void;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** A session as it was minted; times are epoch milliseconds. */
export interface NewSession {
  readonly sessionId: string;
  readonly keyId: string;
  readonly provider: string;
  readonly model: string;
  readonly voice?: string;
  /** A JSON object as compact text, written as it was given; absent for an empty one. */
  readonly metadataJson?: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  /** Longest duration once connected. */
  readonly maxDurationSeconds: number;
}

/**
 * The record of a session. What its caller attached is for the caller alone: it is kept and handed back as JSON text, so
 * that integers no number can hold pass between threads and databases digit by digit.
 */
export interface StoredRecord extends Omit<SessionRecord, 'metadata'> {
  /** As {@link NewSession.metadataJson}; `{}` where there is none. */
  readonly metadataJson: string;
}

/** Totals of one session so far. */
export interface SessionProgress {
  /** How long the client has been connected, whole milliseconds by a monotonic clock; `null` when no client connected. */
  readonly durationMs: number | null;
  readonly usage: UsageSums;
  /** User audio received, milliseconds. */
  readonly inputAudioMs: number;
  /** Assistant audio delivered, milliseconds. */
  readonly outputAudioMs: number;
  /** Over all turns so far; median and p95 in milliseconds, `null` before the first. */
  readonly timeToFirstAudio: TimeToFirstAudio;
  readonly lastError?: { readonly code: string; readonly message: string; readonly atMs: number };
}

/** How and when a session ended. */
export interface SessionEnd {
  readonly status: 'ended' | 'expired';
  /** `null` for a session that expired. */
  readonly reason: EndReason | null;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /**
   * How long the client was connected, whole milliseconds by a monotonic clock; `null` when no client connected, or when
   * the process that ends the session does not know.
   */
  readonly durationMs: number | null;
}

/**
 * Until when sessions that ended are past their time, epoch milliseconds, exclusive; absent: kept for ever. A
 * transcript is past its time with its record, too.
 */
export interface RetentionCutoffs {
  /** Of sessions that ended before this, the transcript. */
  readonly transcriptsBeforeMs?: number;
  /** Of sessions that ended before this, everything but their part in usage. */
  readonly recordsBeforeMs?: number;
}

/** Which sessions a list holds. */
export interface SessionQuery {
  /** Most sessions of a page. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  readonly status?: SessionStatus;
  readonly provider?: string;
}

/** One page of a list. */
export interface SessionPage {
  readonly sessions: readonly StoredRecord[];
  /** Milliseconds, a dot and an id, as `pageCursorSchema` of the protocol has it. */
  readonly nextCursor?: string;
}

/** A token that opens one WebSocket, as its hash. */
export interface StoredToken {
  /** SHA-256, hexadecimal. */
  readonly tokenHash: string;
  readonly sessionId: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** The outcome of presenting a token. */
export type TokenTake = 'ok' | 'unknown' | 'expired' | 'used';

/** An API key, as its hash. */
export interface StoredKey {
  readonly keyId: string;
  /** SHA-256, hexadecimal. */
  readonly keyHash: string;
  /** For people. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  /** Epoch milliseconds; absent while the key is good. */
  readonly revokedAtMs?: number;
  /** Adapter ids this key may use; absent: all. */
  readonly providers?: readonly string[];
}

/** A request that must not be carried out twice. */
export interface IdempotencyClaim {
  readonly keyId: string;
  readonly idempotencyKey: string;
  /** Of the request, to tell a repeat from another request under the same key. */
  readonly bodyHash: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** How long the claim is remembered, milliseconds. */
  readonly windowMs: number;
}

/** Whether a request is the first of its key. */
export type IdempotencyResult =
  | { readonly type: 'claimed' }
  | { readonly type: 'repeat'; readonly response: string }
  /** The first request with this key is still being answered. */
  | { readonly type: 'pending' }
  | { readonly type: 'conflict' };
