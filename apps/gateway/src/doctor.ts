import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createSqliteStore, probeProvider, type AdapterEntry } from '@speko/server';
import { createAdapterEntries } from './adapters.ts';
import { findDevelopmentKey } from './development-key.ts';
import { explainUnknownProviders } from './known-providers.ts';
import { findPageToken } from './page-token.ts';
import { findPlaygroundRoot, planPlayground } from './playground.ts';
import { probeAddress } from './probe-address.ts';
import type { GatewayConfig } from './read-config.ts';
import { formatTable, type Terminal } from './terminal.ts';

/** Options of `doctor`. */
export interface DoctorOptions {
  readonly json: boolean;
  /** Only this provider. */
  readonly provider?: string;
  /** Instead of the adapter's example model, for `provider`. */
  readonly model?: string;
  /** Longest wait for each provider. @defaultValue 15000 */
  readonly timeoutMs?: number;
}

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  /** `missing` is a choice, `failed` is not. */
  readonly state: 'ok' | 'missing' | 'failed';
  /** The finding, and its remedy. */
  readonly detail: string;
}

/**
 * Says what is configured and what is missing, and opens a session with each configured provider up to the point where
 * audio could be sent. Makes no file.
 * @returns the exit code: 0 unless something failed, or the one provider asked for cannot be used
 */
export async function doctor(config: GatewayConfig, terminal: Terminal, options: DoctorOptions): Promise<number> {
  const unknown = explainUnknownProviders(options.provider === undefined ? [] : [options.provider]);
  if (unknown !== undefined) {
    terminal.remark(unknown);
    return 1;
  }
  const entries = createAdapterEntries(config).filter(({ adapter }) => adapter.id === (options.provider ?? adapter.id));
  const setup = [
    await checkAddress(config),
    await checkDatabase(config),
    await describeKeys(config),
    describePlayground(config),
  ];
  const providers = await Promise.all(entries.map((entry) => checkProvider(entry, options)));
  const ok =
    [...setup, ...providers].every(({ state }) => state !== 'failed') &&
    (options.provider === undefined || providers.every(({ state }) => state === 'ok'));
  terminal.print(options.json ? JSON.stringify({ ok, setup, providers }, undefined, 2) : describe(setup, providers));
  return ok ? 0 : 1;
}

function describe(setup: readonly Finding[], providers: readonly Finding[]): string {
  const toRow = ({ name, state, detail }: Finding): string[] => [`  ${name}`, state, detail];
  return formatTable([['Setup'], ...setup.map(toRow), [], ['Providers'], ...providers.map(toRow)]);
}

async function checkAddress({ host, port, server }: GatewayConfig): Promise<Finding> {
  const name = 'address';
  const { state, detail } = await probeAddress(host, port);
  const publicly = server.publicUrl === undefined ? '' : `, public as ${server.publicUrl}`;
  return { name, state: state === 'unusable' ? 'failed' : 'ok', detail: detail + publicly };
}

async function checkDatabase({ databasePath: path }: GatewayConfig): Promise<Finding> {
  const name = 'database';
  try {
    if (existsSync(path)) {
      await createSqliteStore({ path }).close();
      return { name, state: 'ok', detail: path };
    }
    accessSync(nearestFolder(path), constants.W_OK);
    return { name, state: 'ok', detail: `${path} (made by the first start)` };
  } catch (error) {
    return { name, state: 'failed', detail: `${(error as Error).message} SPEKO_DATABASE_URL sets it.` };
  }
}

function nearestFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) || folder === path ? folder : nearestFolder(folder);
}

async function describeKeys({ apiKeys, databasePath }: GatewayConfig): Promise<Finding> {
  const name = 'API keys';
  if (apiKeys !== undefined) return { name, state: 'ok', detail: `${apiKeys.length} in SPEKO_API_KEYS` };
  const kept = findDevelopmentKey(databasePath);
  const detail =
    kept === undefined ? 'a development key is made by the first start' : `the development key of ${kept.path}`;
  return { name, state: 'ok', detail: `${detail}; set SPEKO_API_KEYS before others use this gateway` };
}

function describePlayground(config: GatewayConfig): Finding {
  const name = 'page';
  const playground = planPlayground(config, findPlaygroundRoot());
  if (playground.state === 'off') return { name, state: 'missing', detail: playground.reason };
  const kept = findPageToken(config.databasePath);
  const token = kept === undefined ? 'made by the first start' : `kept in ${kept.path}`;
  return { name, state: 'ok', detail: `to talk on, at the address that serve prints; its token is ${token}` };
}

async function checkProvider(entry: AdapterEntry, { model, timeoutMs }: DoctorOptions): Promise<Finding> {
  const { adapter } = entry;
  const name = adapter.id;
  if (entry.state === 'missing') return { name, state: 'missing', detail: `set ${entry.missingSetting} to use it` };
  const result = await probeProvider({
    adapter,
    options: entry.options,
    ...(model !== undefined && { model }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  if (!result.ok) return { name, state: 'failed', detail: result.message };
  const place = adapter.kind === 'in-process' ? 'built in' : `ready after ${Math.round(result.readyMs)} ms`;
  return { name, state: 'ok', detail: `${place}, model "${model ?? adapter.exampleModel}"` };
}
