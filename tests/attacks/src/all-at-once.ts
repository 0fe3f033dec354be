import { availableParallelism } from 'node:os';
import type { Attack } from './attack.ts';
import { Child } from './harness/child.ts';
import { GatewayProcess } from './harness/gateway-process.ts';
import { VendorProcess, vendorEnvironment } from './harness/vendor.ts';
import { pause } from './harness/wait.ts';
import type { AttackerReport } from './processes/attacker.ts';
import type { Observation } from './processes/observer.ts';
import type { OrdinaryProgress } from './processes/ordinary-calls.ts';
import { findFaults } from './verdict.ts';

export interface AllAtOnceOptions {
  readonly attacks: readonly Attack[];
  readonly minutes: number;
  readonly callCount: number;
  readonly progress: (line: string) => void;
}

export interface AllAtOnceResult {
  /** Everything that did not hold. */
  readonly faults: readonly string[];
  readonly observed: Observation;
  readonly calls: OrdinaryProgress;
  readonly attackers: readonly AttackerReport[];
  /** All of it, for people. */
  readonly text: string;
}

/** xAI is the vendor of the ordinary calls, so it does not attack. */
const HOSTILE = ['openai', 'google'];
const ATTACKERS = Math.max(2, availableParallelism());

/** Runs every attack that is not `alone` over and over at once, beside ordinary calls of which nothing may be lost. */
export async function runAllAtOnce({
  attacks,
  minutes,
  callCount,
  progress,
}: AllAtOnceOptions): Promise<AllAtOnceResult> {
  const together = attacks.filter(({ alone }) => alone === undefined).map(({ name }) => name);
  const vendor = await VendorProcess.start();
  const simulator = await Child.start('simulated-vendor', {});
  const gateway = await GatewayProcess.start({
    env: { ...vendorEnvironment(vendor), XAI_BASE_URL: await simulator.ask<string>('address') },
  });
  const { url, keys, pid } = gateway;
  const access = { url, keys, pid };
  const children: Child[] = [];
  try {
    const observer = await Child.start('observer', access);
    const ordinary = await Child.start('ordinary-calls', { access, count: callCount });
    children.push(observer, ordinary);
    await pause(2_000);
    await observer.ask('forget');
    const attackers = await Promise.all(
      Array.from({ length: ATTACKERS }, (_, index) => {
        const names = together.filter((_name, at) => at % ATTACKERS === index);
        return Child.start('attacker', { access, vendor: { address: vendor.address, providers: HOSTILE }, names });
      }),
    );
    children.push(...attackers);
    progress(`${together.length} attacks at once for ${minutes} min, beside ${callCount} ordinary calls`);
    const startedAtMs = performance.now();
    for (let minute = 1; gateway.ended === undefined && performance.now() - startedAtMs < minutes * 60_000; minute++) {
      await pause(Math.min(60_000, minutes * 60_000 - (performance.now() - startedAtMs)));
      if (gateway.ended !== undefined) break;
      const { pings, growthBytes } = await observer.ask<Observation>('look');
      const { open, turns, answers, losses } = await ordinary.ask<OrdinaryProgress>('progress');
      progress(
        `[${minute}/${Math.ceil(minutes)} min] ${open} of ${callCount} calls, ${answers} of ${turns} turns answered, ${losses.length} lost; ` +
          `pings p50 ${pings.p50Ms.toFixed(1)}, p99 ${pings.p99Ms.toFixed(0)}, worst ${pings.worstMs.toFixed(0)} ms; +${Math.round(growthBytes / 1e6)} MB`,
      );
    }
    const reports = await Promise.all(attackers.map((attacker) => attacker.ask<AttackerReport>('finish')));
    for (const attacker of attackers) attacker.stop();
    const observed = await observer.ask<Observation>('look');
    const ended = gateway.ended;
    const calls = await ordinary.ask<OrdinaryProgress>('finish');
    const lost = [...calls.losses, ...(await observer.ask<string[]>('finish'))];
    // Memory has a bound for one attack, not for fifty; how much it was is printed.
    // So much at once keeps the machine busy by itself: what counts is that no call is lost or interrupted.
    const calm = { ...observed, growthBytes: 0, pings: { ...observed.pings, p50Ms: 0, worstMs: 0 } };
    const faults = findFaults({ observed: calm, lost, unmet: [], ended });
    const result = { faults, observed, calls, attackers: reports };
    return { ...result, text: format(result, callCount) };
  } finally {
    for (const child of [...children, simulator]) child.stop();
    vendor.stop();
    await gateway.stop();
  }
}

function format({ faults, observed, calls, attackers }: Omit<AllAtOnceResult, 'text'>, callCount: number): string {
  const { p50Ms, p99Ms, worstMs } = observed.pings;
  const rounds = attackers.flatMap((report) => Object.entries(report.rounds));
  return `${[
    `Rounds of attacks: ${rounds.map(([name, count]) => `${name} ${count}`).join(', ')}`,
    `Ordinary calls: ${callCount}, turns ${calls.turns}, answered ${calls.answers}, lost ${calls.losses.length}`,
    `Pings of another call: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(0)} ms, worst ${worstMs.toFixed(0)} ms`,
    `Growth of the process: ${Math.round(observed.growthBytes / 1e6)} MB`,
    ...faults.map((fault) => `FAULT ${fault}`),
    faults.length === 0 ? 'HELD' : `${faults.length} faults`,
  ].join('\n')}\n`;
}
