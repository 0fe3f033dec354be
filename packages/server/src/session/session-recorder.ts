import type { TranscriptEntry } from '@speko/protocol';
import type { RecordWriter } from '../store/record-writer.ts';
import type { SessionEnd, SessionProgress } from '../store/store.ts';
import type { NoticeBus } from './notice-bus.ts';

/** Keeps the record of one session, and tells those who watch it. */
export class SessionRecorder {
  readonly #sessionId: string;
  readonly #records: RecordWriter;
  readonly #notices: NoticeBus;

  constructor(sessionId: string, records: RecordWriter, notices: NoticeBus) {
    this.#sessionId = sessionId;
    this.#records = records;
    this.#notices = notices;
  }

  connected(atMs: number): void {
    void this.#records.add({ type: 'connected', sessionId: this.#sessionId, atMs });
    this.#notices.publish(this.#sessionId, { type: 'status', status: 'active', atMs });
  }

  transcript(entry: TranscriptEntry, final: boolean): void {
    if (final) void this.#records.add({ type: 'transcript', sessionId: this.#sessionId, entry });
    this.#notices.publish(this.#sessionId, { type: 'transcript', entry, final });
  }

  progress(progress: SessionProgress): void {
    void this.#records.add({ type: 'progress', sessionId: this.#sessionId, progress });
  }

  /** The notice goes out once the record is complete, so that a reader of the notice finds it so. */
  async ended(end: SessionEnd): Promise<void> {
    await this.#records.add({ type: 'ended', sessionId: this.#sessionId, end });
    this.#notices.publish(this.#sessionId, { type: 'status', status: end.status, atMs: end.atMs });
    this.#notices.publish(this.#sessionId, { type: 'end', reason: end.reason, atMs: end.atMs });
  }
}
