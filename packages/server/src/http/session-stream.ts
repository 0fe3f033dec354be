import type { ServerResponse } from 'node:http';
import type { SessionStatus, SessionStreamEvent, TranscriptEntry } from '@speko/protocol';
import type { Clock, Timer } from '../clock.ts';
import type { NoticeBus, SessionNotice } from '../session/notice-bus.ts';
import type { SessionStore, StoredRecord } from '../store/store.ts';
import { EarlyNotices } from './early-notices.ts';
import { type SpokenIn, spokenIn, toListedEntry } from './session-answers.ts';

/** What one `GET /v1/sessions/{id}/stream` asks for. */
export interface StreamRequest {
  readonly keyId: string;
  readonly sessionId: string;
  /**
   * The reader speaks the hosted API and has all finals up to this index, -1 for none: it is told those after it and no
   * partials, which it would take for finals, and that the end is `session_ended`.
   */
  readonly afterIndex?: number;
}

/** Options of a stream. */
export interface SessionStreamOptions {
  readonly store: SessionStore;
  readonly notices: NoticeBus;
  readonly clock: Clock;
}

/** Proxies cut connections that are silent for half a minute and more. */
const HEARTBEAT_MS = 15_000;
/**
 * A reader this far behind is cut off; it may come back and gets all finals again. The longest text of a turn fits, and
 * a hundred readers of one key who take nothing stay under 300 MB.
 */
const MAX_UNREAD_BYTES = 2_097_152;
/** Each event costs some hundred bytes beyond its own, however short it is. */
const MAX_UNREAD_EVENTS = 4_096;
/** How long a reader may take nothing of what was before it came. */
const STALL_MS = 30_000;
/** How long a reader may take for all of it. */
const PAST_MS = 120_000;
/** Finals of so many turns are known again when they come twice; that happens only around the start of a stream. */
const REMEMBERED_FINALS = 1_000;

/** Reason phrase that clients of the hosted API expect. */
const HOSTED_END = 'session_ended';

/** One reader of one session. */
export class SessionStream {
  readonly #options: SessionStreamOptions;
  readonly #request: StreamRequest;
  readonly #onClose: () => void;
  readonly #sentFinals = new Set<string>();
  /** Of the next final. */
  #nextIndex = 0;
  #spokenIn: SpokenIn = { provider: '', model: '', beganAtMs: 0 };
  readonly #early = new EarlyNotices();
  #isLive = false;
  #response: ServerResponse | undefined;
  #unwatch: (() => void) | undefined;
  #heartbeat: Timer | undefined;
  #lastStatus: string | undefined;
  #unreadEvents = 0;
  #isClosed = false;

  constructor(options: SessionStreamOptions, request: StreamRequest, onClose: () => void) {
    this.#options = options;
    this.#request = request;
    this.#onClose = onClose;
  }

  /** More has happened since {@link watch} than could be kept. */
  get isOverrun(): boolean {
    return this.#early.isOverrun;
  }

  watch(): void {
    this.#unwatch = this.#options.notices.subscribe(this.#request.sessionId, (notice) => {
      if (this.#isLive) this.#tell(notice);
      else this.#early.push(notice);
      if (this.isOverrun) this.#response?.destroy();
    });
  }

  /** Resolves when what was is told. Tells it at the pace of the reader, then what has happened meanwhile, and from then on what happens. */
  async start(start: () => ServerResponse, record: StoredRecord, finals: readonly TranscriptEntry[]): Promise<void> {
    if (this.#isClosed) return;
    const response = start();
    this.#response = response;
    this.#spokenIn = spokenIn(record);
    response.once('close', () => this.close());
    // The reader may have gone while the record was read.
    if (response.destroyed) return this.close();
    this.#tellStatus(record);
    const deadline = this.#options.clock.setTimer(() => response.destroy(), PAST_MS);
    await this.#tellPast(response, finals);
    deadline.cancel();
    this.#goLive(record);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unwatch?.();
    this.#heartbeat?.cancel();
    this.#response?.end();
    this.#onClose();
  }

  async #tellPast(response: ServerResponse, finals: readonly TranscriptEntry[]): Promise<void> {
    // As they came: an index that was told once stands for the same text after a reconnection.
    for (const entry of finals.toSorted((a, b) => a.atMs - b.atMs)) {
      if (this.#isClosed) return;
      this.#tellTranscript(entry, true);
      if (response.writableNeedDrain) await this.#drained(response);
    }
  }

  /** Settles once the reader has taken what was written, or is gone. */
  async #drained(response: ServerResponse): Promise<void> {
    const stall = this.#options.clock.setTimer(() => response.destroy(), STALL_MS);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });
    stall.cancel();
  }

  #goLive(record: StoredRecord): void {
    if (this.#isClosed || this.#tellEnd(record)) return;
    this.#isLive = true;
    for (const notice of this.#early.take()) this.#tell(notice);
    if (!this.#isClosed) this.#scheduleHeartbeat();
  }

  #tell(notice: SessionNotice): void {
    if (this.#isClosed) return;
    switch (notice.type) {
      case 'status':
        if (notice.status === 'active') this.#spokenIn = { ...this.#spokenIn, beganAtMs: notice.atMs };
        return this.#status(notice.status, instant(notice.atMs));
      case 'transcript':
        return this.#tellTranscript(notice.entry, notice.final);
      case 'end':
        return this.#end(notice.reason, instant(notice.atMs));
    }
  }

  #tellStatus({ status, createdAt, connectedAt, endedAt }: StoredRecord): void {
    this.#status(status, endedAt ?? connectedAt ?? createdAt);
  }

  #status(status: SessionStatus, at: string): void {
    if (status === this.#lastStatus) return;
    this.#lastStatus = status;
    const endedAt = status === 'ended' || status === 'expired' ? at : null;
    this.#send({ event: 'status', data: { sessionId: this.#request.sessionId, status, at, endedAt } });
  }

  #tellTranscript(entry: TranscriptEntry, final: boolean): void {
    const turn = `${entry.role} ${entry.turn}`;
    if (this.#sentFinals.has(turn)) return;
    const { sessionId, afterIndex } = this.#request;
    const index = this.#nextIndex;
    if (final) {
      this.#remember(turn);
      this.#nextIndex += 1;
    }
    if (afterIndex !== undefined && (!final || index <= afterIndex)) return;
    const listed = toListedEntry(entry, index, this.#spokenIn, final);
    this.#send({ event: 'transcript', data: { sessionId, ...listed, final } });
  }

  #remember(turn: string): void {
    const [oldest] = this.#sentFinals;
    if (this.#sentFinals.size === REMEMBERED_FINALS && oldest !== undefined) this.#sentFinals.delete(oldest);
    this.#sentFinals.add(turn);
  }

  /** Whether the session is over. */
  #tellEnd({ endedAt, endReason }: StoredRecord): boolean {
    if (endedAt === null) return false;
    this.#end(endReason, endedAt);
    return true;
  }

  #end(endReason: string | null, at: string): void {
    const { sessionId, afterIndex } = this.#request;
    const reason = afterIndex === undefined ? endReason : HOSTED_END;
    this.#send({ event: 'end', data: { sessionId, reason, endReason, at } });
    this.close();
  }

  #scheduleHeartbeat(): void {
    this.#heartbeat = this.#options.clock.setTimer(() => void this.#beat(), HEARTBEAT_MS);
  }

  /** Keeps the connection alive, and looks whether an end was missed because the session's node died. */
  async #beat(): Promise<void> {
    this.#write(': still here\n\n');
    const { keyId, sessionId } = this.#request;
    const record = await this.#options.store.findSession(keyId, sessionId).catch(() => undefined);
    if (this.#isClosed) return;
    if (record !== undefined && record.endedAt !== null) {
      this.#tellStatus(record);
      this.#tellEnd(record);
      return;
    }
    this.#scheduleHeartbeat();
  }

  #send({ event, data }: SessionStreamEvent): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    if (this.#isClosed || this.#response === undefined) return;
    this.#unreadEvents += 1;
    this.#response.write(text, this.#taken);
    if (this.#response.writableLength > MAX_UNREAD_BYTES || this.#unreadEvents > MAX_UNREAD_EVENTS) {
      this.#response.destroy();
    }
  }

  readonly #taken = (): void => {
    this.#unreadEvents -= 1;
  };
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
