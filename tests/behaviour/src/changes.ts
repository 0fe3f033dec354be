/** How long a test waits for something that should happen at once. */
const DEADLINE_MS = 10_000;

/** Lets a test wait until something holds, woken by what happens and never by the passing of time. */
export class Changes {
  readonly #waiting = new Set<() => void>();
  readonly #deadlineMs: number;

  /** @param deadlineMs - after which waiting has failed */
  constructor(deadlineMs = DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  /** To be called whenever anything a test may look at has changed. */
  notify(): void {
    for (const look of this.#waiting) look();
  }

  /**
   * The first value of `look` that is neither `undefined` nor `false`.
   * @param what - named in the error
   * @param state - shown in the error
   */
  until<Value>(look: () => Value | undefined | false, what: string, state: () => unknown = () => ''): Promise<Value> {
    return new Promise((resolve, reject) => {
      const again = (): void => {
        const value = look();
        if (value === undefined || value === false) return;
        clearTimeout(deadline);
        this.#waiting.delete(again);
        resolve(value);
      };
      const deadline = setTimeout(() => {
        this.#waiting.delete(again);
        reject(new Error(`Waited ${this.#deadlineMs} ms for ${what}. So far: ${JSON.stringify(state())}`));
      }, this.#deadlineMs);
      this.#waiting.add(again);
      again();
    });
  }
}
