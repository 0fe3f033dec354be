import type { TranscriptEntry } from '@speko/protocol';
import type { Logger } from 'pino';
import type { SessionEnd, SessionProgress, SessionStore } from '../store/store.ts';
import type { NoticeBus } from './notice-bus.ts';

/**
 * Keeps the record of one session: writes go to the store one after the other and never hold up the call. A store
 * that fails costs the record, not the call.
 */
export class SessionRecorder {
  readonly #sessionId: string;
  readonly #store: SessionStore;
  readonly #notices: NoticeBus;
  readonly #logger: Logger;
  #tail: Promise<void> = Promise.resolve();

  constructor(sessionId: string, store: SessionStore, notices: NoticeBus, logger: Logger) {
    this.#sessionId = sessionId;
    this.#store = store;
    this.#notices = notices;
    this.#logger = logger;
  }

  connected(atMs: number): void {
    this.#write(() => this.#store.sessionConnected(this.#sessionId, atMs));
    this.#notices.publish(this.#sessionId, { type: 'status', status: 'active', atMs });
  }

  transcript(entry: TranscriptEntry, final: boolean): void {
    if (final) this.#write(() => this.#store.appendTranscript(this.#sessionId, entry));
    this.#notices.publish(this.#sessionId, { type: 'transcript', entry, final });
  }

  progress(progress: SessionProgress): void {
    this.#write(() => this.#store.saveProgress(this.#sessionId, progress));
  }

  /** The notice goes out once the record is complete, so that a reader of the notice finds it so. */
  ended(end: SessionEnd): Promise<void> {
    this.#write(() => this.#store.sessionEnded(this.#sessionId, end));
    return this.#tail.then(() => {
      this.#notices.publish(this.#sessionId, { type: 'status', status: end.status, atMs: end.atMs });
      this.#notices.publish(this.#sessionId, { type: 'end', reason: end.reason, atMs: end.atMs });
    });
  }

  #write(write: () => Promise<void>): void {
    this.#tail = this.#tail.then(write).catch((error: unknown) => {
      this.#logger.warn({ sessionId: this.#sessionId, err: error }, 'the store could not be written; the call goes on');
    });
  }
}
