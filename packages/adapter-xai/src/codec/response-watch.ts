/** Silence after which a response counts as over, in milliseconds: the vendor drops some without notice. */
const QUIET_MS = 15_000;
/** The same once its last item was closed; a tool call may still follow. */
const QUIET_AFTER_ITEM_MS = 5000;
/** The same once it was cancelled or talked over. */
const QUIET_AFTER_CUT_MS = 3000;

/** Why a response that fell silent is taken for what it is. */
export type QuietCause = 'silence' | 'item-done' | 'client_cancelled' | 'turn_detected';

/** Waits for the end of the one response that runs, since it may never come. */
export class ResponseWatch {
  #sinceMs: number | undefined;
  #cause: QuietCause = 'silence';

  get cause(): QuietCause {
    return this.#cause;
  }

  /** When the response is given up, or `undefined` while none runs. */
  get deadlineMs(): number | undefined {
    if (this.#sinceMs === undefined) return undefined;
    if (this.#cause === 'silence') return this.#sinceMs + QUIET_MS;
    return this.#sinceMs + (this.#cause === 'item-done' ? QUIET_AFTER_ITEM_MS : QUIET_AFTER_CUT_MS);
  }

  get isCut(): boolean {
    return this.#cause === 'client_cancelled' || this.#cause === 'turn_detected';
  }

  started(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#cause = 'silence';
  }

  /** It said something; what is still on its way after a cut does not count. */
  sawTraffic(nowMs: number): void {
    if (this.#sinceMs === undefined || this.isCut) return;
    this.#sinceMs = nowMs;
    this.#cause = 'silence';
  }

  itemDone(nowMs: number): void {
    if (this.#sinceMs === undefined || this.isCut) return;
    this.#sinceMs = nowMs;
    this.#cause = 'item-done';
  }

  cut(cause: 'client_cancelled' | 'turn_detected', nowMs: number): void {
    if (this.#sinceMs === undefined || this.isCut) return;
    this.#sinceMs = nowMs;
    this.#cause = cause;
  }

  ended(): void {
    this.#sinceMs = undefined;
  }
}
