import type { Clock, Timer } from '@speko/server';

interface PendingTimer {
  readonly atMs: number;
  readonly callback: () => void;
  readonly handle: NodeJS.Timeout;
}

/** The machine's clock, on which a test can skip time: half an hour passes at once, and everything else runs on. */
export class SkippingClock implements Clock {
  readonly #timers = new Set<PendingTimer>();
  #skippedMs = 0;
  #wrongByMs = 0;

  nowMs(): number {
    return performance.now() + this.#skippedMs;
  }

  epochMs(): number {
    return Math.floor(Date.now() + this.#skippedMs + this.#wrongByMs);
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer: PendingTimer = {
      atMs: this.nowMs() + delayMs,
      callback,
      handle: setTimeout(() => this.#fire(timer), Math.min(delayMs, 2 ** 31 - 1)),
    };
    this.#timers.add(timer);
    return { cancel: () => this.#drop(timer) };
  }

  /** Timers that wait. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Sets the wall clock ahead, or back by a negative amount, though no time passes. */
  setWallClock(byMs: number): void {
    this.#wrongByMs += byMs;
  }

  /** Lets so much time pass now; timers that are due fire in their order. */
  skip(ms: number): void {
    const untilMs = this.nowMs() + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#skippedMs += Math.max(0, due.atMs - this.nowMs());
      this.#fire(due);
    }
    this.#skippedMs += Math.max(0, untilMs - this.nowMs());
  }

  #fire(timer: PendingTimer): void {
    if (!this.#timers.has(timer)) return;
    this.#drop(timer);
    timer.callback();
  }

  #drop(timer: PendingTimer): void {
    this.#timers.delete(timer);
    clearTimeout(timer.handle);
  }
}
