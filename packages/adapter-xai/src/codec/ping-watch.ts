import type { ProviderErrorEvent } from '@speko/adapter';

/** Intervals to observe before a missing ping counts; the vendor documents no rate. */
const LEARNING_INTERVALS = 2;
/** A ping may be so late, and one may be missing altogether. */
const LATE_MS = 10_000;
const SHORTEST_MS = 30_000;

/**
 * Notices that the vendor's messages have stopped although its socket still answers: with its own turn detection
 * no other watch notices, since a vendor that hears nothing owes nothing. Its pings are the measure, where it sends
 * any; how often is learned from them.
 */
export class PingWatch {
  #heardAtMs = 0;
  #lastPingMs: number | undefined;
  #intervals = 0;
  #longestMs = 0;

  /** A message of any kind arrived. */
  sawTraffic(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  /** The message was a ping. */
  ping(nowMs: number): void {
    if (this.#lastPingMs !== undefined) {
      this.#intervals += 1;
      this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastPingMs);
    }
    this.#lastPingMs = nowMs;
  }

  /** When the silence counts as a dead connection. */
  get deadlineMs(): number | undefined {
    if (this.#intervals < LEARNING_INTERVALS) return undefined;
    return this.#heardAtMs + Math.max(SHORTEST_MS, 2 * this.#longestMs + LATE_MS);
  }

  /** Stops watching. */
  stop(): void {
    this.#intervals = 0;
    this.#lastPingMs = undefined;
  }
}

/** Report once they stay out. */
export const PINGS_STOPPED: ProviderErrorEvent = {
  type: 'provider-error',
  code: 'CONNECTION_LOST',
  message: 'The provider sent no more messages, not even its pings.',
  fatal: true,
  retryable: true,
};
