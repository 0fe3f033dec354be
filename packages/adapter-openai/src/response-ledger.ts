const REMEMBERED_ENDS = 32;

/** Which responses run, which of them must not be heard any more, and which are over. */
export class ResponseLedger {
  readonly #open = new Set<string>();
  readonly #muted = new Set<string>();
  readonly #ended: string[] = [];

  /** The response that began last and still runs. */
  get runningId(): string | undefined {
    return [...this.#open].at(-1);
  }

  get openIds(): readonly string[] {
    return [...this.#open];
  }

  isOpen(responseId: string): boolean {
    return this.#open.has(responseId);
  }

  isOver(responseId: string): boolean {
    return this.#ended.includes(responseId);
  }

  /** Whether audio and words of this response are still wanted. */
  isHeard(responseId: string): boolean {
    return this.#open.has(responseId) && !this.#muted.has(responseId);
  }

  /** Returns whether the response is new; it is not when it runs already or was over before. */
  start(responseId: string): boolean {
    if (this.#open.has(responseId) || this.#ended.includes(responseId)) return false;
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
