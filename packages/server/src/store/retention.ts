import type { Logger } from 'pino';
import { anchoredTime } from '../anchored-time.ts';
import type { Clock, Timer } from '../clock.ts';
import type { RetentionCutoffs, SessionStore } from './store.ts';

export interface RetentionOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Days from the end of a session for which its transcript is kept; `undefined`: for ever. */
  readonly transcriptDays: number | undefined;
  /** Days from the end of a session for which its record is kept; `undefined`: for ever. */
  readonly recordDays: number | undefined;
}

const DAY_MS = 86_400_000;
const ROUND_INTERVAL_MS = 3_600_000;
/** Small enough that the store is free for sessions again within milliseconds. */
const BATCH_ROWS = 100;
const BATCH_PAUSE_MS = 20;

/**
 * Deletes transcripts and records that are past their time, at the start and then every hour. What deletion has not
 * come to yet is hidden by the same cut-offs, so that it is never shown too long.
 *
 * Its present counts on from the start of the process by the monotonic clock: a wall clock that is set ahead by mistake
 * must not delete what cannot be brought back.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #nowMs: () => number;
  #timer: Timer | undefined;
  #batch: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#nowMs = anchoredTime(options.clock);
  }

  /** Entries that are due. */
  get cutoffs(): RetentionCutoffs {
    const { transcriptDays, recordDays } = this.#options;
    const nowMs = this.#nowMs();
    return {
      ...(transcriptDays !== undefined && { transcriptsBeforeMs: nowMs - transcriptDays * DAY_MS }),
      ...(recordDays !== undefined && { recordsBeforeMs: nowMs - recordDays * DAY_MS }),
    };
  }

  /** Begins to delete; does nothing when everything is kept. */
  start(): void {
    const { transcriptDays, recordDays } = this.#options;
    if (transcriptDays !== undefined || recordDays !== undefined) this.#next(0);
  }

  /** Nothing is deleted once this has resolved. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    return this.#batch;
  }

  #next(delayMs: number): void {
    this.#timer = this.#options.clock.setTimer(() => {
      this.#batch = this.#delete();
    }, delayMs);
  }

  async #delete(): Promise<void> {
    const { store, logger } = this.#options;
    let isMore = false;
    try {
      isMore = (await store.deleteExpired(this.cutoffs, BATCH_ROWS)) > 0;
    } catch (error) {
      logger.warn({ err: error }, 'old transcripts and records could not be deleted; this is tried again in an hour');
    }
    if (!this.#isStopped) this.#next(isMore ? BATCH_PAUSE_MS : ROUND_INTERVAL_MS);
  }
}
