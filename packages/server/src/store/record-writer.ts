import type { Logger } from 'pino';
import type { Clock, Timer } from '../clock.ts';
import { Fifo } from '../fifo.ts';
import { isUnavailable } from './store-error.ts';
import type { StoreHealth } from './store-health.ts';
import type { RecordChange, SessionStore } from './store.ts';

/** One write takes so many changes at most: a lock of the database is held only for a moment. */
const MAX_BATCH = 100;
const MAX_BATCH_BYTES = 1_048_576;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 2000;
/** Most that waits in all. At three changes a second each, a thousand sessions fill it in half a minute and more. */
const MAX_CHANGES = 100_000;
const MAX_BYTES = 134_217_728;
/** From here on only sessions of which little waits may add texts, so that those which say too much lose theirs first. */
const CROWDED_BYTES = 67_108_864;
const LITTLE_BYTES = 65_536;
/** What waits of one session: what it may type at once, twice over. */
const MAX_SESSION_BYTES = 8_388_608;
/** Cost of a change beside its text. */
const CHANGE_BYTES = 256;

export interface RecordWriterOptions {
  readonly store: SessionStore;
  readonly health: StoreHealth;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Writes the records of all sessions of this node, in their order and in batches. A store that cannot be written is tried
 * again until it can; what waits meanwhile is bounded, and past its bound the newest texts are lost, which is logged.
 * @see SPEC.md rules ST1 to ST4
 */
export class RecordWriter {
  readonly #options: RecordWriterOptions;
  readonly #waiting = new Fifo<Entry>();
  /** Of each session the sums that wait: later ones take their place. */
  readonly #sums = new Map<string, Entry>();
  readonly #bytesOfSession = new Map<string, number>();
  /** All that is not written yet, what is being written included. */
  #changes = 0;
  #bytes = 0;
  #lost = 0;
  #retryMs = FIRST_RETRY_MS;
  #retry: { readonly timer: Timer; readonly wake: () => void } | undefined;
  #isWriting = false;
  #isIdle: (() => void)[] = [];
  #isClosed = false;

  constructor(options: RecordWriterOptions) {
    this.#options = options;
  }

  /** Whether more could be lost: no new session should begin. */
  get isFull(): boolean {
    return this.#changes >= MAX_CHANGES || this.#bytes >= MAX_BYTES;
  }

  /** Resolves when the change is written, or given up. */
  add(change: RecordChange): Promise<void> {
    if (this.#isClosed) {
      this.#lose();
      return Promise.resolve();
    }
    const { sessionId } = change;
    const sums = this.#sums.get(sessionId);
    if (change.type === 'progress' && sums !== undefined) {
      sums.change = change;
      return sums.done;
    }
    const bytes = CHANGE_BYTES + (change.type === 'transcript' ? 2 * change.entry.text.length : 0);
    const ofSession = this.#bytesOfSession.get(sessionId) ?? 0;
    // Of anything else a session has one at a time, and no session is minted while this is full: only texts pile up.
    if (change.type === 'transcript' && !this.#hasRoom(ofSession, bytes)) {
      this.#lose();
      return Promise.resolve();
    }
    const entry = createEntry(change, bytes);
    if (change.type === 'progress') this.#sums.set(sessionId, entry);
    this.#bytesOfSession.set(sessionId, ofSession + bytes);
    this.#changes += 1;
    this.#bytes += bytes;
    this.#waiting.push(entry);
    if (!this.#isWriting) void this.#write();
    return entry.done;
  }

  /** Writes pending changes for a limited time, then gives up the rest. Returns how many were given up. */
  async close(deadlineMs: number): Promise<number> {
    if (this.#isWriting) await this.#idleOrDeadline(deadlineMs);
    this.#isClosed = true;
    this.#retry?.timer.cancel();
    this.#retry?.wake();
    const lost = this.#changes;
    for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) this.#settle(entry);
    return lost;
  }

  #hasRoom(ofSession: number, bytes: number): boolean {
    if (this.isFull || ofSession + bytes > MAX_SESSION_BYTES) return false;
    return this.#bytes < CROWDED_BYTES || ofSession < LITTLE_BYTES;
  }

  #idleOrDeadline(deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(resolve, deadlineMs);
      this.#isIdle.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const batch = this.#take();
      await this.#writeBatch(batch);
    }
    this.#isWriting = false;
    for (const tell of this.#isIdle.splice(0)) tell();
  }

  #take(): Entry[] {
    const batch: Entry[] = [];
    for (let bytes = 0; batch.length < MAX_BATCH && bytes < MAX_BATCH_BYTES;) {
      const entry = this.#waiting.shift();
      if (entry === undefined) break;
      bytes += entry.bytes;
      if (this.#sums.get(entry.change.sessionId) === entry) this.#sums.delete(entry.change.sessionId);
      batch.push(entry);
    }
    return batch;
  }

  async #writeBatch(batch: readonly Entry[]): Promise<void> {
    const { store, health, logger } = this.#options;
    while (!this.#isClosed) {
      try {
        await store.record(batch.map(({ change }) => change));
        health.worked();
        this.#retryMs = FIRST_RETRY_MS;
        break;
      } catch (error) {
        if (isUnavailable(error)) {
          health.failed(error, true);
          if (!this.#isClosed) await this.#pause();
        } else if (batch.length > 1) {
          // One of them cannot be written: the others can.
          for (const entry of batch) await this.#writeBatch([entry]);
          return;
        } else {
          const sessionId = batch[0]?.change.sessionId;
          logger.error({ sessionId, err: error }, 'a change of a record could not be written; the call goes on');
          break;
        }
      }
    }
    for (const entry of batch) this.#settle(entry);
  }

  #pause(): Promise<void> {
    const delayMs = this.#retryMs;
    this.#retryMs = Math.min(LONGEST_RETRY_MS, 2 * delayMs);
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#retry = undefined;
        resolve();
      };
      this.#retry = { timer: this.#options.clock.setTimer(wake, delayMs), wake };
    });
  }

  #settle({ change: { sessionId }, bytes, settle }: Entry): void {
    this.#changes -= 1;
    this.#bytes -= bytes;
    const left = (this.#bytesOfSession.get(sessionId) ?? 0) - bytes;
    if (left > 0) this.#bytesOfSession.set(sessionId, left);
    else this.#bytesOfSession.delete(sessionId);
    settle();
  }

  #lose(): void {
    this.#lost += 1;
    // The first, and then ever rarer: the log must not fill for it.
    if (!Number.isInteger(Math.log2(this.#lost))) return;
    this.#options.logger.error(
      { lost: this.#lost },
      'too much waits for the store: transcripts are lost; see to its lock or disk',
    );
  }
}

interface Entry {
  change: RecordChange;
  readonly bytes: number;
  readonly done: Promise<void>;
  readonly settle: () => void;
}

function createEntry(change: RecordChange, bytes: number): Entry {
  let settle = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { change, bytes, done, settle };
}
