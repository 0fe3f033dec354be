/** Pending work in order of time, and of entry where times are equal. */
export class Agenda {
  readonly #entries: { readonly atMs: number; readonly run: (nowMs: number) => void }[] = [];

  get nextMs(): number | undefined {
    return this.#entries[0]?.atMs;
  }

  /** Puts something on the agenda. */
  add(atMs: number, run: (nowMs: number) => void): void {
    const index = this.#entries.findIndex((entry) => entry.atMs > atMs);
    this.#entries.splice(index < 0 ? this.#entries.length : index, 0, { atMs, run });
  }

  /** Runs what is due; an entry may add others that are due as well. */
  runDue(nowMs: number): void {
    while ((this.nextMs ?? Infinity) <= nowMs) this.#entries.shift()!.run(nowMs);
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.length = 0;
  }
}
