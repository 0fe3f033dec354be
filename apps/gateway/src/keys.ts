import { existsSync } from 'node:fs';
import { ApiKeys, createSqliteStore, type ConfiguredKey, type StoredKey } from '@speko/server';
import { findDevelopmentKey } from './development-key.ts';
import { explainUnknownProviders } from './known-providers.ts';
import type { GatewayConfig } from './read-config.ts';
import { formatTable, type Terminal } from './terminal.ts';

/** Options of `keys create`. */
export interface CreateKeyOptions {
  readonly name: string;
  /** The only providers the key may use; absent: all. */
  readonly providers?: readonly string[];
}

/**
 * Makes a key. The key alone goes to standard output, so that a script can take it.
 * @returns the exit code: 2 for a provider that does not exist
 */
export async function createKey(config: GatewayConfig, terminal: Terminal, options: CreateKeyOptions): Promise<number> {
  const unknown = explainUnknownProviders(options.providers ?? []);
  if (unknown !== undefined) {
    terminal.remark(unknown);
    return 2;
  }
  const { databasePath } = config;
  const isNew = !existsSync(databasePath);
  const { key, stored } = await withKeys(config, databasePath, (keys) => keys.create(options));
  terminal.print(key);
  terminal.remark(`Made key ${stored.keyId} "${stored.name}" in ${databasePath}. It is shown this once.`);
  terminal.remark(
    isNew
      ? 'Warning: that database is new, so no gateway that runs already uses it. ' +
          'To reach one that does, run this in its folder or with its SPEKO_DATABASE_URL.'
      : 'A gateway that runs with that database accepts the key at once.',
  );
  return 0;
}

/** Lists all keys, configured and stored, without their text. Makes no database. @returns the exit code */
export async function listKeys(
  config: GatewayConfig,
  terminal: Terminal,
  { json }: { json: boolean },
): Promise<number> {
  const rows = await withKeys(config, existingDatabase(config), async (keys) => [
    ...(await configuredRows(config, keys)),
    ...(await keys.list()).map((key) => toRow(key, 'database')),
  ]);
  terminal.print(json ? JSON.stringify(rows, undefined, 2) : describeRows(rows));
  terminal.remark(describeDatabase(config));
  return 0;
}

/** Revokes a stored key. Makes no database. @returns the exit code */
export async function revokeKey(config: GatewayConfig, terminal: Terminal, keyId: string): Promise<number> {
  return withKeys(config, existingDatabase(config), async (keys) => {
    if (await keys.revoke(keyId)) {
      terminal.remark(
        `Revoked ${keyId} in ${config.databasePath}. ` +
          'A gateway that runs with it refuses the key within 5 s; calls that have begun go on.',
      );
      return 0;
    }
    const rows = await configuredRows(config, keys);
    terminal.remark(
      whyNotRevoked(
        keyId,
        rows.find((row) => row.keyId === keyId),
      ),
    );
    terminal.remark(describeDatabase(config));
    return 1;
  });
}

type KeySource = 'SPEKO_API_KEYS' | 'development key' | 'database';

interface KeyRow {
  readonly keyId: string;
  readonly name: string;
  readonly source: KeySource;
  /** `null`: all. */
  readonly providers: readonly string[] | null;
  readonly createdAt: string | null;
  readonly revokedAt: string | null;
}

/** The database to look into: an empty one in memory while there is no file, so that looking makes none. */
function existingDatabase({ databasePath }: GatewayConfig): string {
  return existsSync(databasePath) ? databasePath : ':memory:';
}

function describeDatabase({ databasePath }: GatewayConfig): string {
  return existsSync(databasePath)
    ? `Database: ${databasePath}`
    : `Warning: there is no database ${databasePath} yet; "keys create" or the first start makes a new one. SPEKO_DATABASE_URL names another.`;
}

async function withKeys<T>(config: GatewayConfig, path: string, use: (keys: ApiKeys) => Promise<T>): Promise<T> {
  const store = createSqliteStore({ path });
  try {
    return await use(new ApiKeys({ store, configuredKeys: configuredKeys(config) }));
  } finally {
    await store.close();
  }
}

function configuredKeys({ apiKeys, databasePath }: GatewayConfig): ConfiguredKey[] {
  if (apiKeys !== undefined) return apiKeys.map((key, index) => ({ key, name: `number ${index + 1}` }));
  const development = findDevelopmentKey(databasePath);
  return development === undefined ? [] : [{ key: development.key, name: 'development' }];
}

async function configuredRows(config: GatewayConfig, keys: ApiKeys): Promise<KeyRow[]> {
  const found = await Promise.all(configuredKeys(config).map(({ key }) => keys.authenticate(key)));
  const source = config.apiKeys === undefined ? 'development key' : 'SPEKO_API_KEYS';
  return found.flatMap((key) => (key === undefined ? [] : [{ ...toRow(key, source), createdAt: null }]));
}

function toRow(key: StoredKey, source: KeySource): KeyRow {
  return {
    keyId: key.keyId,
    name: key.name,
    source,
    providers: key.providers ?? null,
    createdAt: new Date(key.createdAtMs).toISOString(),
    revokedAt: key.revokedAtMs === undefined ? null : new Date(key.revokedAtMs).toISOString(),
  };
}

function describeRows(rows: readonly KeyRow[]): string {
  if (rows.length === 0) return 'No keys yet. "speko-gateway keys create" makes one; "serve" makes a development key.';
  return formatTable([
    ['ID', 'NAME', 'FROM', 'PROVIDERS', 'CREATED', 'REVOKED'],
    ...rows.map(({ keyId, name, source, providers, createdAt, revokedAt }) => [
      keyId,
      name,
      source,
      providers?.join(',') ?? 'all',
      createdAt ?? '-',
      revokedAt ?? '-',
    ]),
  ]);
}

function whyNotRevoked(keyId: string, configured: KeyRow | undefined): string {
  if (configured === undefined) return `There is no key ${keyId}. "speko-gateway keys list" shows them all.`;
  return configured.source === 'SPEKO_API_KEYS'
    ? `${keyId} stands in SPEKO_API_KEYS. Take it out there and start the gateway again.`
    : `${keyId} is the development key. Set SPEKO_API_KEYS to retire it, or delete its file and start again for a new one.`;
}
