import type { Clock } from '../../clock.ts';
import { WakeTimer } from '../../wake-timer.ts';

/** Before the vendor's own deadline: long enough for a handshake, short enough to wait for the end of a sentence. */
const FORCE_MARGIN_MS = 10_000;
/** How early a connection with a known end is left. */
const KNOWN_END_MARGIN_MS = 120_000;
/** Plausible range of an announced end: nearer or further ones are mistakes, of its clock or ours. */
const MIN_KNOWN_END_MS = 180_000;
const MAX_KNOWN_END_MS = 86_400_000;

/**
 * When a connection is left that its vendor will close: at the next quiet moment, or a little before the deadline. It
 * stays, announced or not, until the session may move again.
 */
export class Departure {
  readonly #options: DepartureOptions;
  readonly #wake: WakeTimer;
  /** From when on it is left when it is quiet. */
  #fromMs = Infinity;
  /** When it is left, quiet or not. */
  #forceAtMs = Infinity;

  constructor(options: DepartureOptions) {
    this.#options = options;
    this.#wake = new WakeTimer(options.clock, () => this.consider());
  }

  /** The vendor closes the connection in `timeLeftMs`, which may be any number. */
  announced(timeLeftMs: number): void {
    const leftMs = timeLeftMs > 0 ? timeLeftMs : 0;
    this.#plan(0, Math.max(leftMs - FORCE_MARGIN_MS, leftMs / 2));
  }

  /** The vendor stated when it closes the connection. @returns false when that cannot be; it is ignored then */
  knownEnd(inMs: number): boolean {
    if (!(inMs >= MIN_KNOWN_END_MS && inMs <= MAX_KNOWN_END_MS)) return false;
    this.#plan(inMs - KNOWN_END_MARGIN_MS, inMs - FORCE_MARGIN_MS);
    return true;
  }

  /** Something changed: perhaps this is the moment. */
  consider(): void {
    if (this.#fromMs === Infinity) return;
    const nowMs = this.#options.clock.nowMs();
    const earliestMs = Math.max(this.#fromMs, this.#options.mayLeaveAtMs());
    const latestMs = Math.max(earliestMs, this.#forceAtMs);
    const isDue = nowMs >= latestMs || (nowMs >= earliestMs && this.#options.isQuiet());
    if (isDue) {
      this.cancel();
      return this.#options.leave();
    }
    const nextMs = nowMs < earliestMs ? earliestMs : latestMs;
    this.#wake.sync(nextMs === Infinity ? undefined : nextMs);
  }

  /** The connection is gone, or nothing follows it. */
  cancel(): void {
    this.#wake.stop();
    this.#fromMs = Infinity;
    this.#forceAtMs = Infinity;
  }

  /** The nearer of two announcements counts. */
  #plan(fromInMs: number, forceInMs: number): void {
    const nowMs = this.#options.clock.nowMs();
    this.#fromMs = Math.min(this.#fromMs, nowMs + fromInMs);
    this.#forceAtMs = Math.min(this.#forceAtMs, nowMs + forceInMs);
    this.consider();
  }
}

export interface DepartureOptions {
  readonly clock: Clock;
  /** The earliest moment at which the session may move; `Infinity` while that is not known. */
  mayLeaveAtMs(): number;
  /** Whether both sides are silent and no answer is due. */
  isQuiet(): boolean;
  leave(): void;
}
