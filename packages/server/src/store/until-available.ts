import { setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from './store-error.ts';

const RETRY_MS = 250;

/**
 * Does something with a store that may be locked at the moment: tries again until it works, for at most `waitMs`.
 * @throws what the last try threw
 */
export async function untilAvailable<Value>(work: () => Promise<Value>, waitMs: number): Promise<Value> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) || waitedMs >= waitMs) throw error;
    }
    await delay(RETRY_MS);
  }
}
