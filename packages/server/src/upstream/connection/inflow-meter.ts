import type { Clock, Timer } from '../../clock.ts';
import { TokenBucket } from '../../token-bucket.ts';

/** A model sends some tens of events a second, and a long answer at once: a thousandth of this. */
const messages = { perSecond: 2000, burst: 20_000 };
/** 64 times real time at 24 kHz in base64; four minutes of it at once. */
const bytes = { perSecond: 4_194_304, burst: 16_777_216 };
/** Shorter pauses would be as much work as what they hold back. */
const MIN_PAUSE_MS = 20;
/** What a socket has to say about itself, such as its end, is seen at least so often. */
const MAX_PAUSE_MS = 1000;

/** Measures what one vendor's connection brings, so that no model that runs away takes the time of other sessions. */
export class InflowMeter {
  readonly #clock: Clock;
  readonly #onTooFast: (isTooFast: boolean) => void;
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  #timer: Timer | undefined;

  /** @param onTooFast - told when to stop reading for a moment, and when to go on */
  constructor(clock: Clock, onTooFast: (isTooFast: boolean) => void) {
    this.#clock = clock;
    this.#onTooFast = onTooFast;
    this.#messages = new TokenBucket(messages, clock.nowMs());
    this.#bytes = new TokenBucket(bytes, clock.nowMs());
  }

  /** A message came. */
  took(messageBytes: number, nowMs: number): void {
    this.#messages.take(1, nowMs);
    this.#bytes.take(messageBytes, nowMs);
    if (this.#timer !== undefined) return;
    const waitMs = Math.max(this.#messages.waitMs(nowMs), this.#bytes.waitMs(nowMs));
    if (waitMs === 0) return;
    this.#timer = this.#clock.setTimer(
      () => {
        this.#timer = undefined;
        this.#onTooFast(false);
      },
      Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, waitMs)),
    );
    this.#onTooFast(true);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
