import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { mintApiKey } from '@speko/server';
import { ConfigError } from './config-error.ts';

/** A key for a gateway that nobody has given keys to. */
export interface DevelopmentKey {
  readonly key: string;
  /** The file that keeps it, readable by its owner only. */
  readonly path: string;
}

/**
 * The development key of this database: made on the first start and the same one ever after. It opens the gateway
 * only while no other keys are configured, so setting `SPEKO_API_KEYS` retires it. Nothing of it is in the database.
 * @throws ConfigError when the file cannot be used
 */
export function keepDevelopmentKey(databasePath: string): DevelopmentKey {
  const path = pathFor(databasePath);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, `${mintApiKey()}\n`, { flag: 'wx', mode: 0o600 });
    // A copied or unpacked file may have become readable for others.
    chmodSync(path, 0o600);
  } catch (error) {
    throw unusable(`The development key cannot be kept there: ${(error as Error).message}.`);
  }
  const found = findDevelopmentKey(databasePath);
  if (found === undefined) throw unusable(`The file ${path} holds no key; delete it to get a new one.`);
  return found;
}

/** The development key of this database, if it has one. */
export function findDevelopmentKey(databasePath: string): DevelopmentKey | undefined {
  const path = pathFor(databasePath);
  const key = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return /^[!-~]{16,512}$/.test(key) ? { key, path } : undefined;
}

function pathFor(databasePath: string): string {
  return `${databasePath}.development-key`;
}

function unusable(problem: string): ConfigError {
  return new ConfigError([
    {
      variable: 'SPEKO_API_KEYS',
      problem: `is not set, and without it a development key is needed. ${problem} Or set SPEKO_API_KEYS.`,
    },
  ]);
}
