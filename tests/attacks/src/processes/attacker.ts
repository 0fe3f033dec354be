// Several attacks at once, over and over, against one gateway, until it is told to stop.
import { setPriority } from 'node:os';
import type { Stage } from '../attack.ts';
import { ATTACKS } from '../attacks/index.ts';
import type { Access } from '../harness/access.ts';
import { BACKGROUND } from '../harness/priority.ts';
import { pause, settledWithin } from '../harness/wait.ts';
import { readOptions, serveParent } from './serve-parent.ts';

/** What came of it. */
export interface AttackerReport {
  /** How often each attack came to its end. */
  readonly rounds: Readonly<Record<string, number>>;
}

setPriority(BACKGROUND);

const FLOOD_MS = 4_000;
const STOP_MS = 15_000;
const { access, vendor, names } = readOptions<{
  readonly access: Access;
  readonly vendor: Stage['vendor'];
  readonly names: readonly string[];
}>();
const over = new AbortController();
const rounds: Record<string, number> = {};
let running: Promise<unknown> = Promise.resolve();

async function repeat(name: string): Promise<void> {
  const attack = ATTACKS.find((known) => known.name === name);
  while (attack !== undefined && !over.signal.aborted) {
    // How soon an attacker itself is served is nothing to expect where all of them are at it.
    const expect = (): void => undefined;
    const stage: Stage = { access, vendor, signal: over.signal, floodMs: FLOOD_MS, expect };
    await attack.run(stage).catch(() => undefined);
    rounds[name] = (rounds[name] ?? 0) + 1;
    await pause(200, over.signal);
  }
}

serveParent({
  start() {
    running = Promise.all(names.map(repeat));
  },
  async finish(): Promise<AttackerReport> {
    over.abort();
    await settledWithin(STOP_MS, running);
    return { rounds };
  },
});
