import type { SessionEvent } from '@speko/adapter';
import type { Clock, Timer } from '../../clock.ts';
import type { ProviderConnection } from '../connection/provider-link.ts';

/** Vendors refuse to resume a session whose old connection is still there; one that will not go is waited for no longer. */
const GONE_TIMEOUT_MS = 1000;

/** From one connection to the next: ends the old one, waits until nothing is left of it, then asks for the new one. */
export class Handover {
  readonly #clock: Clock;
  readonly #dialNext: () => void;
  #timer: Timer | undefined;
  #count = 0;

  constructor(clock: Clock, dialNext: () => void) {
    this.#clock = clock;
    this.#dialNext = dialNext;
  }

  /**
   * Ends `link`; the next one is asked for `delayMs` after it is gone.
   * @returns what `link` had not said to the end
   */
  begin(link: ProviderConnection, delayMs: number): readonly SessionEvent[] {
    this.cancel();
    const count = this.#count;
    const gone = (): void => {
      if (count !== this.#count) return;
      this.cancel();
      this.#timer = this.#clock.setTimer(this.#dialNext, delayMs);
    };
    this.#timer = this.#clock.setTimer(gone, GONE_TIMEOUT_MS);
    return link.close(gone);
  }

  /** Nothing follows. */
  cancel(): void {
    this.#count += 1;
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
