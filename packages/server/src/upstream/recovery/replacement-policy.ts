/** Waits before each attempt to reconnect, milliseconds; after the last one the session is over. */
export const RECONNECT_DELAYS_MS = [0, 250, 1000, 3000] as const;
/** How old a connection must be before it is left on purpose, the longer the more were left young in a row, milliseconds. */
const MIN_AGES_MS = [0, 1000, 5000, 20_000, 60_000] as const;
/** Lifetime after which a connection counts as good, in milliseconds. */
const GOOD_LIFE_MS = 60_000;
/** Most replacements of a session within an hour; an honest vendor asks for six. */
const MAX_PER_HOUR = 30;
const HOUR_MS = 3_600_000;

/** Whether a connection that broke may be replaced, and after which wait. */
export type Verdict =
  | { readonly type: 'reconnect'; readonly delayMs: number }
  /** `reason`: for people; absent when the vendor's own words say it all. */
  | { readonly type: 'give-up'; readonly reason: string | undefined };

/**
 * How often a session's connection may be replaced, for any reason. One that broke is replaced after a wait
 * that grows, and is given up after a few attempts without an answer in between. One that is well is left on purpose
 * only when it is old enough, and stays otherwise: a vendor's announcement never costs the session.
 */
export class ReplacementPolicy {
  /** Replacements since something was answered, or a connection lived long. */
  #attempts = 0;
  /** Connections in a row that were replaced young. */
  #youngInARow = 0;
  #readyAtMs: number | undefined;
  /** When the latest replacements were: a ring. */
  readonly #times: number[] = [];
  #oldest = 0;

  /** Nothing was replaced since the last answer. */
  get isFresh(): boolean {
    return this.#attempts === 0;
  }

  /** A connection is ready. `isFirst`: what it took to get there is forgotten. */
  ready(nowMs: number, isFirst: boolean): void {
    this.#readyAtMs = nowMs;
    if (!isFirst) return;
    this.#attempts = 0;
    this.#youngInARow = 0;
  }

  /** A complete answer proves that the connection works: a refused account accepts connections too. */
  answered(): void {
    this.#attempts = 0;
  }

  /** The connection broke. What is granted counts as done. */
  broke(nowMs: number): Verdict {
    const isYoung = this.#isYoung(nowMs);
    if (!isYoung) this.#attempts = 0;
    const delayMs = RECONNECT_DELAYS_MS[this.#attempts];
    if (delayMs === undefined) return { type: 'give-up', reason: undefined };
    if (this.#hourEndsMs > nowMs) {
      const reason = `Its connection was replaced ${MAX_PER_HOUR} times within an hour, the most a call may take, and broke again`;
      return { type: 'give-up', reason };
    }
    // An answer gives back the attempts, but not the speed: each connection may give one answer and die.
    const youngDelayMs = isYoung ? (RECONNECT_DELAYS_MS[this.#youngInARow] ?? RECONNECT_DELAYS_MS[3]) : 0;
    this.#count(nowMs, isYoung);
    return { type: 'reconnect', delayMs: Math.max(delayMs, youngDelayMs) };
  }

  /** The earliest moment at which the connection, which is well, may be left on purpose. */
  get mayLeaveAtMs(): number {
    const ageMs = MIN_AGES_MS[Math.min(this.#youngInARow, MIN_AGES_MS.length - 1)] ?? GOOD_LIFE_MS;
    return Math.max((this.#readyAtMs ?? 0) + ageMs, this.#hourEndsMs);
  }

  /** It is left on purpose. */
  left(nowMs: number): void {
    const isYoung = this.#isYoung(nowMs);
    if (!isYoung) this.#attempts = 0;
    this.#count(nowMs, isYoung);
  }

  #isYoung(nowMs: number): boolean {
    return this.#readyAtMs === undefined || nowMs - this.#readyAtMs < GOOD_LIFE_MS;
  }

  #count(nowMs: number, isYoung: boolean): void {
    this.#readyAtMs = undefined;
    this.#attempts += 1;
    this.#youngInARow = isYoung ? this.#youngInARow + 1 : 0;
    this.#times[this.#oldest] = nowMs;
    this.#oldest = (this.#oldest + 1) % MAX_PER_HOUR;
  }

  /** From when on the hour has room for one more. */
  get #hourEndsMs(): number {
    const oldest = this.#times[this.#oldest];
    return oldest === undefined ? -Infinity : oldest + HOUR_MS;
  }
}
