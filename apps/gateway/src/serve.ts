import { once } from 'node:events';
import { SERVER_DEFAULTS } from '@speko/server';
import { describeGateway } from './banner.ts';
import { isStartedByNpm, lostParent } from './lost-parent.ts';
import { passOverRepeats, STOP_SIGNALS } from './pass-over-repeats.ts';
import type { Environment } from './read-config.ts';
import { startGateway, type RunningGateway } from './start-gateway.ts';
import type { Terminal } from './terminal.ts';

/**
 * Serves until SIGTERM or SIGINT comes, or the npx that started it is gone, then lets calls finish. A second signal finds
 * no handler left and ends the process at once.
 * @returns the exit code
 */
export async function serve(env: Environment, terminal: Terminal): Promise<number> {
  const listening = new AbortController();
  const stopped = stopSignal(listening.signal);
  try {
    // Starting may wait for another gateway to let go of the database: a signal ends that too.
    const gateway = await Promise.race([startGateway({ env }), stopped]);
    return gateway === undefined ? 0 : await serveUntil(stopped, gateway, terminal);
  } finally {
    listening.abort();
  }
}

async function serveUntil(stopped: Promise<unknown>, gateway: RunningGateway, terminal: Terminal): Promise<number> {
  terminal.print(describeGateway(gateway, process.execPath));
  await stopped;
  const { sessionCount, config } = gateway;
  if (sessionCount > 0) {
    const seconds = (config.server.drainDeadlineMs ?? SERVER_DEFAULTS.drainDeadlineMs) / 1000;
    const sessions = sessionCount === 1 ? '1 session' : `${sessionCount} sessions`;
    terminal.remark(`Stopping: ${sessions} may go on for up to ${seconds} s. Press Ctrl-C again to stop now.`);
  }
  await gateway.close();
  return 0;
}

/** Resolves at the first reason to stop, after which the signal handlers are gone, or when `given` is aborted. */
async function stopSignal(given: AbortSignal): Promise<undefined> {
  const done = new AbortController();
  const signal = AbortSignal.any([given, done.signal]);
  if (isStartedByNpm(process.env)) passOverRepeats(signal, given);
  const signals = STOP_SIGNALS.map((name) => once(process, name, { signal }).catch(() => undefined));
  await Promise.race([...signals, lostParent(signal)]);
  done.abort();
  return undefined;
}
