import type { ServerResponse } from 'node:http';

import type { SessionRecord, SessionStreamEvent, TranscriptEntry } from '@speko/protocol';

import type { Clock, Timer } from '../clock.ts';
import type { NoticeBus, SessionNotice } from '../session/notice-bus.ts';
import type { SessionStore } from '../store/store.ts';
import { HttpError, sessionNotFound } from './http-error.ts';

export interface SessionStreamsOptions {
  readonly store: SessionStore;
  readonly notices: NoticeBus;
  readonly clock: Clock;
  /** Streams open at the same time; 0 is no limit. */
  readonly maxStreams: number;
}

/** What one `GET /v1/sessions/{id}/stream` asks for. */
export interface StreamRequest {
  readonly keyId: string;
  readonly sessionId: string;
}

/** Proxies cut connections that are silent for half a minute and more. */
const HEARTBEAT_MS = 15_000;
/**
 * A reader this far behind is cut off; it may come back and gets all finals again. Several of the largest texts a client
 * may type fit, so that they alone cut nobody off.
 */
const MAX_UNREAD_BYTES = 8_388_608;

/**
 * Sessions as server-sent events: what was, then what happens, then the end.
 * @see PROTOCOL.md rule SR6
 */
export class SessionStreams {
  readonly #options: SessionStreamsOptions;
  readonly #open = new Set<SessionStream>();

  constructor(options: SessionStreamsOptions) {
    this.#options = options;
  }

  /**
   * Writes the stream to `response` until the session or the reader ends; resolves once it is under way.
   * @throws HttpError `NOT_FOUND`, or `OVERLOADED` with `Retry-After`; nothing is written then.
   */
  async serve({ keyId, sessionId }: StreamRequest, start: () => ServerResponse): Promise<void> {
    const { store, notices, maxStreams } = this.#options;
    if (maxStreams > 0 && this.#open.size >= maxStreams) {
      throw new HttpError({
        code: 'OVERLOADED',
        message: `This gateway is at its limit of ${maxStreams} event streams; close one or try again shortly.`,
        retryAfterSeconds: 5,
      });
    }
    const stream = new SessionStream(this.#options, { keyId, sessionId });
    this.#open.add(stream);
    stream.onClose = () => this.#open.delete(stream);
    try {
      // Watching begins before reading, so that nothing falls between the two.
      stream.watch(notices);
      const record = await store.findSession(keyId, sessionId);
      if (record === undefined) throw sessionNotFound();
      stream.start(start, record, await store.readTranscript(sessionId));
    } catch (error) {
      stream.close();
      throw error;
    }
  }

  /** Ends every stream, so that the HTTP server can stop. */
  close(): void {
    for (const stream of this.#open) stream.close();
  }
}

class SessionStream {
  readonly #options: SessionStreamsOptions;
  readonly #request: StreamRequest;
  readonly #sentFinals = new Set<string>();
  #response: ServerResponse | undefined;
  #unwatch: (() => void) | undefined;
  #heartbeat: Timer | undefined;
  #early: SessionNotice[] | undefined = [];
  #lastStatus: string | undefined;
  #closed = false;
  onClose: () => void = () => undefined;

  constructor(options: SessionStreamsOptions, request: StreamRequest) {
    this.#options = options;
    this.#request = request;
  }

  watch(notices: NoticeBus): void {
    this.#unwatch = notices.subscribe(this.#request.sessionId, (notice) => {
      if (this.#early === undefined) this.#tell(notice);
      else this.#early.push(notice);
    });
  }

  start(start: () => ServerResponse, record: SessionRecord, finals: readonly TranscriptEntry[]): void {
    if (this.#closed) return;
    const response = start();
    this.#response = response;
    response.once('close', () => this.close());
    this.#tellStatus(record);
    for (const entry of finals) this.#tellTranscript(entry, true);
    if (this.#tellEnd(record)) return;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const notice of early) this.#tell(notice);
    if (!this.#closed) this.#scheduleHeartbeat();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unwatch?.();
    this.#heartbeat?.cancel();
    this.#response?.end();
    this.onClose();
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
    if (final) this.#sentFinals.add(turn);
    this.#send({ event: 'transcript', data: { sessionId: this.#request.sessionId, ...entry, final } });
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
    this.#response.write(text);
    if (this.#response.writableLength > MAX_UNREAD_BYTES) this.#response.destroy();
  }
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
