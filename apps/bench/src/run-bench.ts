import { openGatewayCall, openVendorCall } from './call.ts';
import { Child } from './child.ts';
import { startDelayRelay } from './delay-relay.ts';
import { measureLoad } from './measure/measure-load.ts';
import { measureReady } from './measure/measure-ready.ts';
import type { Route } from './measure/route.ts';
import type { RouteResult } from './report.ts';

export interface BenchOptions {
  readonly sessions: number;
  readonly secondsPerRound: number;
  readonly rounds: number;
  readonly providerMs: number;
  progress(line: string): void;
}

/**
 * Measures the three routes in turn, round by round, so that a noisy moment of the machine hits all of them alike.
 */
export async function runBench(options: BenchOptions): Promise<RouteResult[]> {
  const vendor = await Child.start('vendor');
  const relay = await startDelayRelay(vendor.started.url, options.providerMs);
  const near = await startRoutes(vendor.started.url);
  const far = await startRoutes(relay.url);
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
  for (const [index, route] of near.entries()) {
    if (route.middle === undefined) continue;
    options.progress(`memory: ${route.name}`);
    results[index]?.bytesPerSession.push(...(await measureMemory(vendor.started.url, route.name)));
  }
  for (const { middle } of [...near, ...far]) middle?.stop();
  vendor.stop();
  relay.close();
  return results;
}

/** In fresh processes, since a process that held many sessions keeps their memory for the next ones. */
async function measureMemory(vendorUrl: string, name: Route['name']): Promise<number[]> {
  const samples: number[] = [];
  for (let sample = 0; sample < 3; sample++) {
    const routes = await startRoutes(vendorUrl);
    const route = routes.find((candidate) => candidate.name === name);
    if (route !== undefined) {
      await measureLoad(route, 20, 1);
      const { bytesPerSession } = await measureLoad(route, 300, 2);
      if (bytesPerSession !== undefined) samples.push(bytesPerSession);
    }
    for (const { middle } of routes) middle?.stop();
  }
  return samples;
}

async function startRoutes(vendorUrl: string): Promise<Route[]> {
  const passThrough = await Child.start('pass-through', vendorUrl);
  const gateway = await Child.start('gateway', vendorUrl);
  return [
    { name: 'direct', middle: undefined, open: () => openVendorCall(vendorUrl) },
    { name: 'pass-through', middle: passThrough, open: () => openVendorCall(passThrough.started.url) },
    { name: 'gateway', middle: gateway, open: () => openGatewayCall(gateway.started.url, gateway.started.apiKey ?? '') },
  ];
}
