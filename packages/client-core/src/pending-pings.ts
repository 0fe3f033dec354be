interface PendingPing {
  sentAtMs: number;
  settle: (roundTripMs: number | undefined) => void;
}

/** Pings whose `pong` has not come yet. */
export class PendingPings {
  readonly #pending = new Map<number, PendingPing>();
  #lastId = 0;

  /** Starts the clock. `roundTripMs` resolves to `undefined` when the session ends first. */
  start(): { id: number; roundTripMs: Promise<number | undefined> } {
    const id = ++this.#lastId;
    const roundTripMs = new Promise<number | undefined>((settle) => {
      this.#pending.set(id, { sentAtMs: performance.now(), settle });
    });
    return { id, roundTripMs };
  }

  /** The `pong` with this id came. */
  answer(id: number): void {
    const ping = this.#pending.get(id);
    this.#pending.delete(id);
    ping?.settle(performance.now() - ping.sentAtMs);
  }

  /** No `pong` will come any more. */
  end(): void {
    for (const { settle } of this.#pending.values()) settle(undefined);
    this.#pending.clear();
  }
}
