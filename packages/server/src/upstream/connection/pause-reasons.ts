/** Why something is not read at present: it is read again when no reason is left. */
export class PauseReasons<Reason extends string> {
  readonly #reasons = new Set<Reason>();
  readonly #onChange: (isPaused: boolean) => void;

  constructor(onChange: (isPaused: boolean) => void) {
    this.#onChange = onChange;
  }

  get isPaused(): boolean {
    return this.#reasons.size > 0;
  }

  set(reason: Reason, holds: boolean): void {
    const wasPaused = this.isPaused;
    if (holds) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    if (this.isPaused !== wasPaused) this.#onChange(this.isPaused);
  }
}
