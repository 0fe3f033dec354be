import { mintApiKey } from '@speko/server';
import { ConfigError } from './config-error.ts';
import { findSecret, keepSecret, type SecretFile } from './secret-file.ts';

/** The development key of a gateway without configured keys. */
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
  const file = fileFor(databasePath);
  try {
    return { key: keepSecret(file), path: file.path };
  } catch (error) {
    throw new ConfigError([
      {
        variable: 'SPEKO_API_KEYS',
        problem: `is not set, and without it a development key is needed. ${(error as Error).message} Or set SPEKO_API_KEYS.`,
      },
    ]);
  }
}

/** The development key of this database, if it has one. */
export function findDevelopmentKey(databasePath: string): DevelopmentKey | undefined {
  const file = fileFor(databasePath);
  const key = findSecret(file);
  return key === undefined ? undefined : { key, path: file.path };
}

function fileFor(databasePath: string): SecretFile {
  return {
    name: 'development key',
    path: `${databasePath}.development-key`,
    pattern: /^[!-~]{16,512}$/,
    make: mintApiKey,
  };
}
