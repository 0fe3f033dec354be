import { rmSync } from 'node:fs';
import type { Attack, OwnStage } from './attack.ts';
import { Child } from './harness/child.ts';
import { GatewayProcess, newFolder } from './harness/gateway-process.ts';
import { type Vendor, vendorEnvironment } from './harness/vendor.ts';
import { pause, settledWithin } from './harness/wait.ts';
import type { Observation } from './processes/observer.ts';
import { type Aftermath, findFaults, type Verdict } from './verdict.ts';

/** Long before it an attack has come to its own end. */
const ATTACK_MS = 90_000;
const FLOOD_MS = 4_000;
/** What is still on its way when the attack ends belongs to it. */
const SETTLE_MS = 1_000;
/** The gateway and those who measure are warm before anything counts. */
const WARM_UP_MS = 700;

/** Runs one attack against a gateway of its own, beside calls that must not notice it. */
export async function runAttack(attack: Attack, vendor: Vendor): Promise<Verdict> {
  const startedAtMs = performance.now();
  const { name, who } = attack;
  const seconds = (): number => Math.round((performance.now() - startedAtMs) / 100) / 10;
  const missing = attack.missing?.();
  if (missing !== undefined) {
    return { name, who, verdict: 'SKIPPED', reasons: [missing], sent: '', lost: [], seconds: 0 };
  }
  const { sent, aftermath } = await attempt(attack, vendor);
  const reasons = findFaults(aftermath);
  return {
    name,
    who,
    verdict: reasons.length === 0 ? 'HELD' : 'FAULT',
    reasons,
    sent,
    ...(aftermath.observed === undefined ? {} : { observed: aftermath.observed }),
    lost: aftermath.lost,
    seconds: seconds(),
  };
}

async function attempt(attack: Attack, vendor: Vendor): Promise<{ sent: string; aftermath: Aftermath }> {
  const unmet: string[] = [];
  let gateway: GatewayProcess | undefined;
  let observer: Child | undefined;
  const folder = newFolder();
  try {
    if (attack.gateway !== 'none') {
      await attack.prepare?.(folder);
      const { env = {}, ...setup } = attack.gateway ?? {};
      gateway = await GatewayProcess.start({ folder, ...setup, env: { ...vendorEnvironment(vendor), ...env } });
      if (gateway.ended === undefined && !isKeyless(attack))
        observer = await Child.start('observer', accessOf(gateway));
      await pause(WARM_UP_MS);
      await observer?.ask('forget');
    }
    const sent = await act(attack, gateway, vendor, unmet);
    await pause(SETTLE_MS);
    const observed = (await observer?.ask<Observation>('look')) ?? undefined;
    const lost = gateway?.ended === undefined ? ((await observer?.ask<string[]>('finish')) ?? []) : [];
    return { sent, aftermath: { observed, lost, unmet, ended: gateway?.ended } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { sent: '', aftermath: { observed: undefined, lost: [], unmet: [...unmet, why], ended: gateway?.ended } };
  } finally {
    observer?.stop();
    await gateway?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the attack itself, for no longer than it may take. */
async function act(
  attack: Attack,
  gateway: GatewayProcess | undefined,
  vendor: Vendor,
  unmet: string[],
): Promise<string> {
  const over = new AbortController();
  const stage = {
    access: gateway ?? NOBODY,
    gateway,
    vendor,
    signal: over.signal,
    floodMs: FLOOD_MS,
    expect(holds: boolean, fault: string): void {
      if (!holds) unmet.push(fault);
    },
  };
  const done = attack.run(stage as OwnStage).catch((error: unknown) => {
    unmet.push(error instanceof Error ? error.message : String(error));
    return '';
  });
  const sent = await settledWithin(ATTACK_MS, done);
  over.abort();
  if (sent === undefined) unmet.push(`the attack did not come to its end in ${ATTACK_MS / 1000} s`);
  return sent ?? '';
}

const NOBODY = { url: '', keys: ['', ''], pid: 0 } as const;

/** Without keys of ours there is nobody to call beside it. */
function isKeyless({ gateway }: Attack): boolean {
  return typeof gateway === 'object' && gateway.env !== undefined && 'SPEKO_API_KEYS' in gateway.env;
}

function accessOf({ url, keys, pid }: GatewayProcess): object {
  return { url, keys, pid };
}
