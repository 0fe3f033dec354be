import { openCalls, paceCalls } from './measure-load.ts';
import type { Route } from './route.ts';

export interface MemoryOptions {
  readonly fewSessions: number;
  readonly manySessions: number;
  /** How long the sessions talk before each reading. */
  readonly seconds: number;
  /** How often it is measured, each time in fresh processes. */
  readonly samples: number;
}

/** Hundreds of calls at full pace would fill the machine's cores, and with them queues. */
const INTERVAL_MS = 500;

/**
 * Resident bytes of the process in the middle per session: the slope from few to many sessions that talk. What
 * a process needs once (code, the young generation of its heap, which grows to its limit with the first hundreds of
 * sessions) is in both figures and cancels out.
 */
export async function measureMemory(
  route: Route,
  { fewSessions, manySessions, seconds }: MemoryOptions,
): Promise<number | undefined> {
  const few = await openCalls(route, fewSessions);
  await paceCalls(few, seconds, INTERVAL_MS);
  const before = await route.middle?.usage();
  const more = await openCalls(route, manySessions - fewSessions);
  await paceCalls([...few, ...more], seconds, INTERVAL_MS);
  const after = await route.middle?.usage();
  await Promise.all([...few, ...more].map((call) => call.close()));
  if (before === undefined || after === undefined) return undefined;
  return (after.residentBytes - before.residentBytes) / (manySessions - fewSessions);
}
