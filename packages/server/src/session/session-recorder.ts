import type { TranscriptEntry } from '@speko/protocol';
import type { RecordWriter } from '../store/record-writer.ts';
import type { SessionEnd, SessionProgress } from '../store/store.ts';
import type { NoticeBus } from './notice-bus.ts';

/** Hours of talk; what is said beyond that is told and not kept. */
const MAX_BYTES = 2_097_152;
/** Cost of an entry beside its text. */
const ENTRY_BYTES = 100;

/** Keeps the record of one session, and tells those who watch it. */
export class SessionRecorder {
  readonly #sessionId: string;
  readonly #records: RecordWriter;
  readonly #notices: NoticeBus;
  #bytes = 0;

  constructor(sessionId: string, records: RecordWriter, notices: NoticeBus) {
    this.#sessionId = sessionId;
    this.#records = records;
    this.#notices = notices;
  }

  connected(atMs: number): void {
    void this.#records.add({ type: 'connected', sessionId: this.#sessionId, atMs });
    this.#notices.publish(this.#sessionId, { type: 'status', status: 'active', atMs });
  }

  /** A final is told once it is kept: who begins to watch meanwhile finds it in one of the two places. */
  transcript(entry: TranscriptEntry, final: boolean): void {
    const tell = (): void => this.#notices.publish(this.#sessionId, { type: 'transcript', entry, final });
    if (!final) return tell();
    this.#bytes += ENTRY_BYTES + Buffer.byteLength(entry.text);
    if (this.#bytes > MAX_BYTES) return tell();
    void this.#records.add({ type: 'transcript', sessionId: this.#sessionId, entry }).then(tell);
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
