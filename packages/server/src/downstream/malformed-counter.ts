/** Counts malformed messages in a sliding window: now and then one is a bug to report, many are a peer to refuse. */
export class MalformedCounter {
  readonly #limit: number;
  readonly #windowMs: number;
  #times: number[] = [];

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** Notes one; true when there are now too many. */
  add(nowMs: number): boolean {
    this.#times = this.#times.filter((time) => nowMs - time < this.#windowMs);
    this.#times.push(nowMs);
    return this.#times.length >= this.#limit;
  }
}
