import type { ServerResponse } from 'node:http';

import type { SessionRecord, SessionStreamEvent, TranscriptEntry } from '@speko/protocol';

import type { Clock, Timer } from '../clock.ts';
import type { NoticeBus, SessionNotice } from '../session/notice-bus.ts';
import type { SessionStore } from '../store/store.ts';
import { EarlyNotices } from './early-notices.ts';

/** What one `GET /v1/sessions/{id}/stream` asks for. */
export interface StreamRequest {
  readonly keyId: string;
  readonly sessionId: string;
}

/** What a stream needs. */
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

/** One reader of one session. */
export class SessionStream {
  readonly #options: SessionStreamOptions;
  readonly #request: StreamRequest;
  readonly #onClose: () => void;
  readonly #sentFinals = new Set<string>();
  readonly #early = new EarlyNotices();
  #isLive = false;
  #response: ServerResponse | undefined;
  #unwatch: (() => void) | undefined;
  #heartbeat: Timer | undefined;
  #lastStatus: string | undefined;
  #unreadEvents = 0;
  #closed = false;

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
  async start(start: () => ServerResponse, record: SessionRecord, finals: readonly TranscriptEntry[]): Promise<void> {
    if (this.#closed) return;
    const response = start();
    this.#response = response;
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
    if (this.#closed) return;
    this.#closed = true;
    this.#unwatch?.();
    this.#heartbeat?.cancel();
    this.#response?.end();
    this.#onClose();
  }

  async #tellPast(response: ServerResponse, finals: readonly TranscriptEntry[]): Promise<void> {
    for (const entry of finals) {
      if (this.#closed) return;
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

  #goLive(record: SessionRecord): void {
    if (this.#closed || this.#tellEnd(record)) return;
    this.#isLive = true;
    for (const notice of this.#early.take()) this.#tell(notice);
    if (!this.#closed) this.#scheduleHeartbeat();
  }

  #tell(notice: SessionNotice): void {
    if (this.#closed) return;
    const { sessionId } = this.#request;
    switch (notice.type) {
      case 'status':
        if (notice.status === this.#lastStatus) return;
        this.#lastStatus = notice.status;
        return this.#send({ event: 'status', data: { sessionId, status: notice.status, at: instant(notice.atMs) } });
      case 'transcript':
        return this.#tellTranscript(notice.entry, notice.final);
      case 'end':
        this.#send({ event: 'end', data: { sessionId, reason: notice.reason, at: instant(notice.atMs) } });
        return this.close();
    }
  }

  #tellStatus({ id, status, createdAt, connectedAt, endedAt }: SessionRecord): void {
    if (status === this.#lastStatus) return;
    this.#lastStatus = status;
    this.#send({ event: 'status', data: { sessionId: id, status, at: endedAt ?? connectedAt ?? createdAt } });
  }

  #tellTranscript(entry: TranscriptEntry, final: boolean): void {
    const turn = `${entry.role} ${entry.turn}`;
    if (this.#sentFinals.has(turn)) return;
    if (final) this.#remember(turn);
    this.#send({ event: 'transcript', data: { sessionId: this.#request.sessionId, ...entry, final } });
  }

  #remember(turn: string): void {
    const [oldest] = this.#sentFinals;
    if (this.#sentFinals.size === REMEMBERED_FINALS && oldest !== undefined) this.#sentFinals.delete(oldest);
    this.#sentFinals.add(turn);
  }

  /** Whether the session is over. */
  #tellEnd({ id, endedAt, endReason }: SessionRecord): boolean {
    if (endedAt === null) return false;
    this.#send({ event: 'end', data: { sessionId: id, reason: endReason, at: endedAt } });
    this.close();
    return true;
  }

  #scheduleHeartbeat(): void {
    this.#heartbeat = this.#options.clock.setTimer(() => void this.#beat(), HEARTBEAT_MS);
  }

  /** Keeps the connection alive, and looks whether an end was missed because the session's node died. */
  async #beat(): Promise<void> {
    this.#write(': still here\n\n');
    const { keyId, sessionId } = this.#request;
    const record = await this.#options.store.findSession(keyId, sessionId).catch(() => undefined);
    if (this.#closed) return;
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
    if (this.#closed || this.#response === undefined) return;
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
