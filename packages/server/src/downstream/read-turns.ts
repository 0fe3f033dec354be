import type { Clock } from '../clock.ts';
import { Fifo } from '../fifo.ts';

/** Longest stretch of taking messages of fast clients before the others get a turn. */
const TURN_MS = 5;

/**
 * Shares the event loop among clients that send much at once: each has one message taken after the other's, for a few
 * milliseconds at a time, so that what a hundred of them send together is not felt by those who talk.
 */
export class ReadTurns {
  readonly #clock: Clock;
  readonly #waiting = new Fifo<() => boolean>();
  #isScheduled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param takeOne - takes one message, and tells whether more wait that may be taken */
  join(takeOne: () => boolean): void {
    this.#waiting.push(takeOne);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.setTimer(() => this.#run(), 0);
  }

  #run(): void {
    this.#isScheduled = false;
    const untilMs = this.#clock.nowMs() + TURN_MS;
    for (let takeOne = this.#waiting.shift(); takeOne !== undefined; takeOne = this.#waiting.shift()) {
      if (takeOne()) this.#waiting.push(takeOne);
      if (this.#clock.nowMs() >= untilMs) break;
    }
    if (this.#waiting.length > 0) this.#schedule();
  }
}
