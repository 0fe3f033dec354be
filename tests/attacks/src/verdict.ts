import type { Observation } from './processes/observer.ts';

/** Whatever one token, one key or one vendor does, this is what others may feel of it at most. */
export const BOUNDS = { p50Ms: 25, worstMs: 500, growthBytes: 300_000_000 } as const;

/** What came of one attack. */
export interface Verdict {
  readonly name: string;
  readonly who: string;
  readonly verdict: 'HELD' | 'FAULT' | 'SKIPPED';
  /** Of a fault, each thing that did not hold; of a skipped attack, what it lacks. */
  readonly reasons: readonly string[];
  readonly sent: string;
  /** What others felt; absent where there were none, as with attacks on clients. */
  readonly observed?: Observation;
  readonly lost: readonly string[];
  readonly seconds: number;
}

/** What an attack left behind, before it is judged. */
export interface Aftermath {
  readonly observed: Observation | undefined;
  /** Of ordinary calls beside it. */
  readonly lost: readonly string[];
  /** What the attack itself expected and did not find. */
  readonly unmet: readonly string[];
  /** How the gateway's process ended, if it did. */
  readonly ended: string | undefined;
}

/** Everything that did not hold, most important first; empty where all did. */
export function findFaults({ observed, lost, unmet, ended }: Aftermath): string[] {
  const faults: string[] = [];
  if (ended !== undefined) faults.push(`the gateway's process ended (${ended})`);
  if (observed !== undefined) {
    const { pings, growthBytes, isPingCallOpen, ownDelayMs } = observed;
    if (!isPingCallOpen) faults.push("another caller's call was closed");
    const own =
      ownDelayMs > BOUNDS.worstMs / 2 ? ` (of which the measuring stood still ${Math.round(ownDelayMs)} ms)` : '';
    if (pings.worstMs > BOUNDS.worstMs) faults.push(`another call waited ${Math.round(pings.worstMs)} ms${own}`);
    if (pings.p50Ms > BOUNDS.p50Ms) faults.push(`half of another call's pings took over ${pings.p50Ms.toFixed(1)} ms`);
    if (growthBytes > BOUNDS.growthBytes) faults.push(`the process grew by ${Math.round(growthBytes / 1e6)} MB`);
  }
  if (lost.length > 0) faults.push(`lost: ${lost[0]}${lost.length > 1 ? ` and ${lost.length - 1} more` : ''}`);
  return [...faults, ...unmet];
}
