import type { Clock } from './clock.ts';

/**
 * Instants that one reading of the wall clock and the monotonic clock give together: two of them are apart by what
 * really passed between, also when the wall clock is set in the meantime.
 * @param fromEpochMs - the present, epoch milliseconds
 * @returns whole epoch milliseconds
 */
export function anchoredTime(clock: Clock, fromEpochMs = clock.epochMs()): () => number {
  const fromMs = clock.nowMs();
  return () => Math.round(fromEpochMs + clock.nowMs() - fromMs);
}

/**
 * The same from the start of the process on: a wall clock that is set ahead must not make tokens look long spent that
 * have just been minted.
 */
export function steadyEpochMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
