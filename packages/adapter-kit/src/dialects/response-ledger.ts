const REMEMBERED_ENDS = 32;
/** Vendors run one at a time, or a few. */
const MAX_OPEN = 64;

/** Which responses run, which of them must not be heard any more, and which are over. */
export class ResponseLedger {
  readonly #open = new Set<string>();
  readonly #muted = new Set<string>();
  readonly #ended: string[] = [];

  /** The response that began last and still runs. */
  get runningId(): string | undefined {
    let newest: string | undefined;
    for (const responseId of this.#open) newest = responseId;
    return newest;
  }

  get openIds(): readonly string[] {
    return [...this.#open];
  }

  /** Whether the response runs. */
  isOpen(responseId: string): boolean {
    return this.#open.has(responseId);
  }

  /** Whether the response was heard of and is over; only the latest ones are remembered. */
  isOver(responseId: string): boolean {
    return this.#ended.includes(responseId);
  }

  /** Whether audio and words of this response are still wanted. */
  isHeard(responseId: string): boolean {
    return this.#open.has(responseId) && !this.#muted.has(responseId);
  }

  /** Returns whether the response is new; it is not when it runs already, was over before, or too many run. */
  start(responseId: string): boolean {
    if (this.#open.has(responseId) || this.#ended.includes(responseId) || this.#open.size >= MAX_OPEN) return false;
    this.#open.add(responseId);
    return true;
  }

  /** From now on nothing of it is heard. */
  mute(responseId: string): void {
    if (this.#open.has(responseId)) this.#muted.add(responseId);
  }

  /** Keeps a response out altogether, as if it were over. */
  exclude(responseId: string): void {
    this.#open.delete(responseId);
    this.#muted.delete(responseId);
    this.#remember(responseId);
  }

  /** Returns whether the response was running. */
  end(responseId: string): boolean {
    const wasOpen = this.#open.delete(responseId);
    this.#muted.delete(responseId);
    this.#remember(responseId);
    return wasOpen;
  }

  #remember(responseId: string): void {
    if (this.#ended.includes(responseId)) return;
    this.#ended.push(responseId);
    if (this.#ended.length > REMEMBERED_ENDS) this.#ended.shift();
  }
}
