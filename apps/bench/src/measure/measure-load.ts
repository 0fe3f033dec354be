import { CHUNK_MS, type Call } from '../call.ts';
import type { Route } from './route.ts';

export interface LoadSample {
  /** CPU of the process in the middle per 20 ms chunk, up and back, microseconds. */
  readonly cpuMicrosPerChunk: number | undefined;
  readonly roundTripsMs: readonly number[];
}

/** Holds `sessions` calls at real-time pace for `seconds`. */
export async function measureLoad(route: Route, sessions: number, seconds: number): Promise<LoadSample> {
  const calls = await openCalls(route, sessions);
  const before = await route.middle?.usage();
  await paceCalls(calls, seconds);
  const after = await route.middle?.usage();
  const roundTripsMs = calls.flatMap((call) => call.roundTripsMs);
  await Promise.all(calls.map((call) => call.close()));
  const measured = before !== undefined && after !== undefined;
  return {
    cpuMicrosPerChunk: measured ? (after.cpuMicros - before.cpuMicros) / roundTripsMs.length : undefined,
    roundTripsMs,
  };
}

/** A few at a time, as calls arrive in life: many at once would measure the HTTP connections they were minted over. */
export async function openCalls(route: Route, count: number): Promise<Call[]> {
  const calls: Call[] = [];
  while (calls.length < count) {
    const batch = Math.min(8, count - calls.length);
    calls.push(...(await Promise.all(Array.from({ length: batch }, () => route.open()))));
  }
  return calls;
}

/** Every call sends one chunk each `intervalMs`, the calls spread evenly over that time. */
export async function paceCalls(calls: readonly Call[], seconds: number, intervalMs = CHUNK_MS): Promise<void> {
  const startedAt = performance.now();
  await Promise.all(
    calls.map(async (call, index) => {
      const offsetMs = (intervalMs * index) / calls.length;
      const chunks = (seconds * 1000) / intervalMs;
      for (let sent = 0; sent < chunks; sent++) {
        const waitMs = startedAt + offsetMs + sent * intervalMs - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        call.sendChunk();
      }
    }),
  );
  // The last answers.
  await new Promise((resolve) => setTimeout(resolve, 200));
}
