import { SpekoConnectionError } from './speko-connection-error.ts';

/** Pings whose `pong` has not come yet. */
export class PendingPings {
  readonly #settlers = new Map<number, (isAnswered: boolean) => void>();
  #lastId = 0;

  /** Starts the clock. `roundTripMs` rejects with `CONNECTION_CLOSED` when the session ends first. */
  start(): { id: number; roundTripMs: Promise<number> } {
    const id = ++this.#lastId;
    const sentAtMs = performance.now();
    const roundTripMs = new Promise<number>((resolve, reject) => {
      this.#settlers.set(id, (isAnswered) => {
        if (isAnswered) resolve(performance.now() - sentAtMs);
        else reject(new SpekoConnectionError({ code: 'CONNECTION_CLOSED', message: 'The session ended. Open a new one.' }));
      });
    });
    return { id, roundTripMs };
  }

  /** The `pong` with this id came. */
  answer(id: number): void {
    this.#settlers.get(id)?.(true);
    this.#settlers.delete(id);
  }

  /** No `pong` will come any more. */
  end(): void {
    for (const settle of this.#settlers.values()) settle(false);
    this.#settlers.clear();
  }
}
