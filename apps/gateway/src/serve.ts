import { once } from 'node:events';
import { SERVER_DEFAULTS } from '@speko/server';
import { describeGateway } from './banner.ts';
import type { Environment } from './read-config.ts';
import { startGateway } from './start-gateway.ts';
import type { Terminal } from './terminal.ts';

/**
 * Serves until SIGTERM or SIGINT comes, then lets calls finish. A second signal finds no handler any more and ends the
 * process at once.
 * @returns the exit code
 */
export async function serve(env: Environment, terminal: Terminal): Promise<number> {
  const gateway = await startGateway({ env });
  const stopped = stopSignal();
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

async function stopSignal(): Promise<void> {
  const done = new AbortController();
  await Promise.race(
    ['SIGTERM', 'SIGINT'].map((name) => once(process, name, { signal: done.signal }).catch(() => undefined)),
  );
  done.abort();
}
