import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { HttpError } from '../http-error.ts';

/** Answers of one key that are being made or read. A list of a hundred records with all their metadata is 1.7 MB. */
const MAX_READS_OF_KEY = 32;
/** A reader that has not taken an answer by then is cut off. */
const STALL_MS = 60_000;
const RETRY_SECONDS = 1;

/**
 * Bounds the answers to reads that one key has open: requests may come one after the other on any number of connections
 * without an answer being taken, and every answer is kept until it is.
 * @see PROTOCOL.md rule RS24
 */
export class OpenReads {
  readonly #clock: Clock;
  readonly #reads = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws HttpError `RATE_LIMITED` with `Retry-After` when the key has too many open. */
  enter(keyId: string, response: ServerResponse): void {
    const reads = this.#reads.get(keyId) ?? 0;
    if (reads >= MAX_READS_OF_KEY) {
      throw new HttpError({
        code: 'RATE_LIMITED',
        message: `This API key has ${MAX_READS_OF_KEY} answers open; read them, and ask for fewer at the same time.`,
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    this.#reads.set(keyId, reads + 1);
    const stall = this.#clock.setTimer(() => response.destroy(), STALL_MS);
    response.once('close', () => {
      stall.cancel();
      const left = (this.#reads.get(keyId) ?? 1) - 1;
      if (left > 0) this.#reads.set(keyId, left);
      else this.#reads.delete(keyId);
    });
  }
}
