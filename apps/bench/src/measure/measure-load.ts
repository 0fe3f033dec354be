import { chunkMs, type Call } from '../call.ts';
import type { Route } from './route.ts';

export interface LoadSample {
  /** CPU of the process in the middle per 20 ms chunk, up and back, microseconds. */
  readonly cpuMicrosPerChunk: number | undefined;
  readonly roundTripsMs: readonly number[];
  /** Growth of the resident set of the process in the middle per open session, bytes. */
  readonly bytesPerSession: number | undefined;
}

/** Holds `sessions` calls at real-time pace for `seconds`. */
export async function measureLoad(route: Route, sessions: number, seconds: number): Promise<LoadSample> {
  const idle = await route.middle?.usage();
  const calls = await openAll(route, sessions);
  const before = await route.middle?.usage();
  await pace(calls, seconds);
  const after = await route.middle?.usage();
  const chunks = calls.reduce((sum, call) => sum + call.roundTripsMs.length, 0);
  const roundTripsMs = calls.flatMap((call) => call.roundTripsMs);
  await Promise.all(calls.map((call) => call.close()));
  const measured = idle !== undefined && before !== undefined && after !== undefined;
  return {
    cpuMicrosPerChunk: measured ? (after.cpuMicros - before.cpuMicros) / chunks : undefined,
    roundTripsMs,
    bytesPerSession: measured ? (after.residentBytes - idle.residentBytes) / sessions : undefined,
  };
}

/** A few at a time, as calls arrive in life: many at once would measure the HTTP connections they were minted over. */
async function openAll(route: Route, sessions: number): Promise<Call[]> {
  const calls: Call[] = [];
  while (calls.length < sessions) {
    const batch = Math.min(8, sessions - calls.length);
    calls.push(...(await Promise.all(Array.from({ length: batch }, () => route.open()))));
  }
  return calls;
}

/** Every call sends one chunk each 20 ms, the calls spread evenly over that time. */
async function pace(calls: readonly Call[], seconds: number): Promise<void> {
  const startedAt = performance.now();
  await Promise.all(
    calls.map(async (call, index) => {
      const offsetMs = (chunkMs * index) / calls.length;
      const chunks = (seconds * 1000) / chunkMs;
      for (let sent = 0; sent < chunks; sent++) {
        const waitMs = startedAt + offsetMs + sent * chunkMs - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        call.sendChunk();
      }
    }),
  );
  // The last answers.
  await new Promise((resolve) => setTimeout(resolve, 200));
}
