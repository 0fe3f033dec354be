/** The platform's timers take no longer delay: past it they fire at once. */
const MAX_TIMER_DELAY_MS = 2 ** 31 - 1;

/** A delay as a timer takes it: 24 days stand for whatever is longer, `Infinity` too. */
export function timerDelayMs(delayMs: number): number {
  return Math.min(delayMs, MAX_TIMER_DELAY_MS);
}
