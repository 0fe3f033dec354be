import { RecentIds, RecentMap } from '../recent-map.ts';

/** Vendors run one at a time, or a few. */
const MAX_OPEN = 64;

/** Which responses run, which of them are muted, and which are over. */
export class ResponseLedger {
  readonly #open = new Set<string>();
  readonly #muted = new Set<string>();
  readonly #over = new RecentIds();
  readonly #excluded = new RecentIds();
  /** Whether each was completed. */
  readonly #done = new RecentMap<string, boolean>();
  readonly #counted = new RecentIds();
  #lastDoneId: string | undefined;

  /** The response that began last and still runs. */
  get runningId(): string | undefined {
    let newest: string | undefined;
    for (const responseId of this.#open) newest = responseId;
    return newest;
  }

  get openIds(): readonly string[] {
    return [...this.#open];
  }

  /** The response that the vendor said last to be over. */
  get lastDoneId(): string | undefined {
    return this.#lastDoneId;
  }

  /** Whether the response runs. */
  isOpen(responseId: string): boolean {
    return this.#open.has(responseId);
  }

  /** Whether the response was heard of and is over; only the latest ones are remembered. */
  isOver(responseId: string): boolean {
    return this.#over.has(responseId);
  }

  /** Whether the response was kept out: what it still says or calls is not wanted. */
  isExcluded(responseId: string): boolean {
    return this.#excluded.has(responseId);
  }

  /** Whether the vendor itself said that the response is over. */
  isDone(responseId: string): boolean {
    return this.#done.has(responseId);
  }

  /** Whether the vendor said that it was completed. */
  isCompleted(responseId: string): boolean {
    return this.#done.get(responseId) === true;
  }

  /** Whether audio and words of this response are still wanted. */
  isAudible(responseId: string): boolean {
    return this.#open.has(responseId) && !this.#muted.has(responseId);
  }

  /** Returns whether the response is new; it is not when it runs already, was over before, or too many run. */
  start(responseId: string): boolean {
    if (this.#open.has(responseId) || this.#over.has(responseId) || this.#open.size >= MAX_OPEN) return false;
    this.#open.add(responseId);
    return true;
  }

  /** Mutes it. */
  mute(responseId: string): void {
    if (this.#open.has(responseId)) this.#muted.add(responseId);
  }

  /** Keeps a response out altogether, as if it were over. */
  exclude(responseId: string): void {
    this.#excluded.add(responseId);
    this.end(responseId);
  }

  /** Returns whether the response was running. */
  end(responseId: string): boolean {
    const wasOpen = this.#open.delete(responseId);
    this.#muted.delete(responseId);
    this.#over.add(responseId);
    return wasOpen;
  }

  /** The vendor says that a response is over. Returns whether it says so for the first time: some repeat it. */
  done(responseId: string, isCompleted: boolean): boolean {
    if (this.#done.has(responseId)) return false;
    this.#done.set(responseId, isCompleted);
    this.#lastDoneId = responseId;
    return true;
  }

  /** The vendor counts the tokens of a response. Returns whether for the first time: they are billed once. */
  counts(responseId: string): boolean {
    if (this.#counted.has(responseId)) return false;
    this.#counted.add(responseId);
    return true;
  }
}
