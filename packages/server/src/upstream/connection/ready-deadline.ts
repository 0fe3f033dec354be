import type { Clock, Timer } from '../../clock.ts';

/** How long a vendor may take to get ready. Time in which its words are not read is not its own. */
export class ReadyDeadline {
  readonly #clock: Clock;
  readonly #onMissed: () => void;
  #leftMs: number | undefined;
  #sinceMs = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, onMissed: () => void) {
    this.#clock = clock;
    this.#onMissed = onMissed;
  }

  start(timeoutMs: number): void {
    this.#leftMs = timeoutMs;
    this.#run();
  }

  /** Whether the vendor is not read. */
  suspend(isSuspended: boolean): void {
    if (this.#leftMs === undefined || isSuspended === (this.#timer === undefined)) return;
    if (!isSuspended) return this.#run();
    this.#leftMs -= this.#clock.nowMs() - this.#sinceMs;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#leftMs = undefined;
  }

  #run(): void {
    this.#sinceMs = this.#clock.nowMs();
    this.#timer = this.#clock.setTimer(() => {
      this.cancel();
      this.#onMissed();
    }, this.#leftMs ?? 0);
  }
}
