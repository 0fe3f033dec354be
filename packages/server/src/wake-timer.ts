import type { Clock, Timer } from './clock.ts';

/** One timer that follows a machine's `wakeAtMs`. Cheap to sync after every call: it re-arms only on change. */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #armedAtMs: number | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  sync(wakeAtMs: number | undefined): void {
    if (wakeAtMs === this.#armedAtMs) return;
    // A timer that fires too early finds nothing to do and re-arms: cheaper than one new timer per audio chunk.
    if (wakeAtMs !== undefined && this.#armedAtMs !== undefined && wakeAtMs > this.#armedAtMs) return;
    this.stop();
    if (wakeAtMs === undefined) return;
    this.#armedAtMs = wakeAtMs;
    this.#timer = this.#clock.setTimer(
      () => {
        this.#armedAtMs = undefined;
        this.#timer = undefined;
        this.#wake();
      },
      Math.max(0, wakeAtMs - this.#clock.nowMs()),
    );
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedAtMs = undefined;
  }
}
