import { openCalls, paceCalls } from './measure-load.ts';
import type { Route } from './route.ts';

const FEW_SESSIONS = 400;
const MANY_SESSIONS = 1000;
const LOAD_SECONDS = 5;
/** Hundreds of calls at full pace would fill the machine's cores, and with them queues. */
const INTERVAL_MS = 500;

/**
 * Resident bytes of the process in the middle per session: the slope from 400 to 1000 sessions that talk. What
 * a process needs once (code, the young generation of its heap, which grows to its limit with the first hundreds of
 * sessions) is in both figures and cancels out.
 */
export async function measureMemory(route: Route): Promise<number | undefined> {
  const few = await openCalls(route, FEW_SESSIONS);
  await paceCalls(few, LOAD_SECONDS, INTERVAL_MS);
  const before = await route.middle?.usage();
  const more = await openCalls(route, MANY_SESSIONS - FEW_SESSIONS);
  await paceCalls([...few, ...more], LOAD_SECONDS, INTERVAL_MS);
  const after = await route.middle?.usage();
  await Promise.all([...few, ...more].map((call) => call.close()));
  if (before === undefined || after === undefined) return undefined;
  return (after.residentBytes - before.residentBytes) / (MANY_SESSIONS - FEW_SESSIONS);
}
