import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGateway } from '@speko/gateway';
import type { ProviderSimulator } from '@speko/simulator-kit';
import { startSimulatorHost, type HostConnection } from '@speko/simulator-kit/host';

/** A gateway as `npm start` runs it, with its page at `/` and the tap beside it, and simulated vendors. */
export interface PlaygroundServer extends AsyncDisposable {
  /** The address of the page, with its token. */
  readonly url: string;
  readonly port: number;
  /** The gateway's connections to vendors, oldest first, with what the vendors received. */
  readonly vendorConnections: readonly HostConnection[];
  /** Sessions of the page, the oldest first. */
  sessionIds(): Promise<string[]>;
  /** The record of a session once it is over. */
  record(sessionId: string): Promise<Record<string, unknown>>;
}

/** @param simulators - In the place of vendors; they are asked for no key. */
export async function startPlayground(
  simulators: readonly {
    readonly simulator: ProviderSimulator;
    readonly urlVariable: string;
    readonly path: string;
  }[] = [],
): Promise<PlaygroundServer> {
  const folder = await mkdtemp(join(tmpdir(), 'speko-playground-'));
  const root = join(folder, 'page');
  await cp(join(dirname(fileURLToPath(import.meta.resolve('@speko/playground/package.json'))), 'dist'), root, {
    recursive: true,
  });
  // The page may load audio code from its own site only, and Playwright cannot answer in the site's place for that.
  await copyFile(new URL('tap-processor.js', import.meta.url), join(root, 'tap.js'));
  const vendors = await startSimulatorHost({
    simulators: simulators.map(({ simulator }) => simulator),
    recordFrames: true,
  });
  const gateway = await startGateway({
    playgroundRoot: root,
    env: {
      PORT: '0',
      LOG_LEVEL: 'silent',
      SPEKO_DRAIN_SECONDS: '0',
      SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`,
      ...Object.fromEntries(
        simulators.map(({ simulator, urlVariable, path }) => [urlVariable, vendors.urlOf(simulator.id) + path]),
      ),
    },
  });
  if (gateway.playground.state === 'off') throw new Error(`There is no page: ${gateway.playground.reason}.`);
  const { pageUrl = '' } = gateway;
  const headers = { authorization: `Bearer ${gateway.apiKey}` };
  return {
    url: pageUrl,
    port: Number(new URL(gateway.url).port),
    vendorConnections: vendors.connections,
    async sessionIds() {
      const answer = await fetch(`${gateway.url}/v1/sessions`, { headers });
      const { sessions } = (await answer.json()) as { sessions: { id: string }[] };
      return sessions.map(({ id }) => id).reverse();
    },
    async record(sessionId) {
      // The event stream closes when the record is complete.
      await (await fetch(`${gateway.url}/v1/sessions/${sessionId}/stream`, { headers })).text();
      return (await fetch(`${gateway.url}/v1/sessions/${sessionId}`, { headers })).json() as never;
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await vendors.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
