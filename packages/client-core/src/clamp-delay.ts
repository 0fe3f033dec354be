/**
 * The nearest delay that timers of every runtime take, in milliseconds: a longer one, such as `Infinity`, would end at once.
 * @param delayMs - At most 2³¹ - 1 is meant; that is 24 days.
 */
export function clampDelay(delayMs: number): number {
  return Math.min(delayMs, 2_147_483_647);
}
