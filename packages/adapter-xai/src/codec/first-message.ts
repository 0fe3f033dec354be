/** How long the vendor may take to begin the first message, in milliseconds. */
const TIMEOUT_MS = 10_000;
const ID = 'first-message';

/**
 * The first message on its way. The response in which it is spoken carries no mark of it: it is the first one without
 * a mark, and it answers nothing that was asked meanwhile.
 */
export class FirstMessage {
  #deadlineMs: number | undefined;

  get deadlineMs(): number | undefined {
    return this.#deadlineMs;
  }

  /** Ids that requests have to wait for. */
  get pendingIds(): readonly string[] {
    return this.#deadlineMs === undefined ? [] : [ID];
  }

  sent(nowMs: number): void {
    this.#deadlineMs = nowMs + TIMEOUT_MS;
  }

  /** It has begun, or will not. Returns what requests were waiting for. */
  said(): string | undefined {
    const wasPending = this.#deadlineMs !== undefined;
    this.#deadlineMs = undefined;
    return wasPending ? ID : undefined;
  }
}
