/** State of a {@link TokenBucket}. */
export interface TokenBucketOptions {
  /** Units that flow back per second. */
  readonly perSecond: number;
  /** Most units it holds: what may be taken at once after a quiet time. */
  readonly burst: number;
}

/**
 * A rate with a burst. Taking is never refused: what overdraws the bucket is owed, and {@link TokenBucket.waitMs} says
 * how long nothing more should be taken. Costs O(1), has no timer, and counts on the monotonic clock that is handed in.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #level: number;
  #atMs: number;

  constructor({ perSecond, burst }: TokenBucketOptions, nowMs: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#level = burst;
    this.#atMs = nowMs;
  }

  take(units: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#level -= units;
  }

  /** Milliseconds until the debt is paid; 0 without one. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    return this.#level >= 0 ? 0 : -this.#level / this.#perMs;
  }

  /** Units that were taken and have not flowed back yet. */
  spent(nowMs: number): number {
    this.#refill(nowMs);
    return this.#burst - this.#level;
  }

  #refill(nowMs: number): void {
    this.#level = Math.min(this.#burst, this.#level + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}
