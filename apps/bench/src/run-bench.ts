import { openGatewayCall, openVendorCall } from './call.ts';
import { Child } from './child.ts';
import { startDelayRelay } from './delay-relay.ts';
import { measureLoad } from './measure/measure-load.ts';
import { measureMemory, type MemoryOptions } from './measure/measure-memory.ts';
import { measureReady } from './measure/measure-ready.ts';
import type { Route } from './measure/route.ts';
import type { RouteResult } from './report.ts';

export interface BenchOptions {
  readonly sessions: number;
  readonly secondsPerRound: number;
  readonly rounds: number;
  readonly providerMs: number;
  readonly memory: MemoryOptions;
  progress(line: string): void;
}

/**
 * Measures the three routes in turn, round by round, so that a noisy moment of the machine hits all of them alike.
 */
export async function runBench(options: BenchOptions): Promise<RouteResult[]> {
  const vendor = await Child.start('vendor');
  const relay = await startDelayRelay(vendor.started.url, options.providerMs);
  const [near, far] = await Promise.all([startRoutes(vendor.started.url), startRoutes(relay.url)]);
  const results = near.map((route) => ({
    name: route.name,
    cpuMicrosPerChunk: [] as number[],
    roundTripsMs: [] as number[],
    bytesPerSession: [] as number[],
    readyMs: [] as number[],
  }));
  // One round that is not counted: compilers and caches warm up.
  for (let round = 0; round <= options.rounds; round++) {
    for (const [index, route] of near.entries()) {
      options.progress(`round ${round} of ${options.rounds}: ${route.name}`);
      const load = await measureLoad(route, options.sessions, options.secondsPerRound);
      const readyMs: number[] = [];
      for (let call = 0; call < 10; call++) readyMs.push(await measureReady(far[index] ?? route));
      const result = results[index];
      if (round === 0 || result === undefined) continue;
      if (load.cpuMicrosPerChunk !== undefined) result.cpuMicrosPerChunk.push(load.cpuMicrosPerChunk);
      result.roundTripsMs.push(...load.roundTripsMs);
      result.readyMs.push(...readyMs);
    }
  }
  for (let sample = 1; sample <= options.memory.samples; sample++) {
    // Fresh processes: one that held many sessions keeps their memory for the next ones.
    const fresh = await startRoutes(vendor.started.url);
    for (const [index, route] of fresh.entries()) {
      if (route.middle === undefined) continue;
      options.progress(`memory ${sample} of ${options.memory.samples}: ${route.name}`);
      const bytes = await measureMemory(route, options.memory);
      if (bytes !== undefined) results[index]?.bytesPerSession.push(bytes);
    }
    stopRoutes(fresh);
  }
  stopRoutes([...near, ...far]);
  vendor.stop();
  relay.close();
  return results;
}

async function startRoutes(vendorUrl: string): Promise<Route[]> {
  const [passThrough, gateway] = await Promise.all([
    Child.start('pass-through', vendorUrl),
    Child.start('gateway', vendorUrl),
  ]);
  return [
    { name: 'direct', middle: undefined, open: () => openVendorCall(vendorUrl) },
    { name: 'pass-through', middle: passThrough, open: () => openVendorCall(passThrough.started.url) },
    {
      name: 'gateway',
      middle: gateway,
      open: () => openGatewayCall(gateway.started.url, gateway.started.apiKey ?? ''),
    },
  ];
}

function stopRoutes(routes: readonly Route[]): void {
  for (const { middle } of routes) middle?.stop();
}
