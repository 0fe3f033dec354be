import { mintPageToken } from '@speko/server';
import { ConfigError } from './config-error.ts';
import { findSecret, keepSecret, type SecretFile } from './secret-file.ts';

/** The secret in the address of the page to talk on. */
export interface PageToken {
  readonly token: string;
  /** The file that keeps it, readable by its owner only. */
  readonly path: string;
}

/**
 * The page token of this database: made when the page is first served and the same one ever after, so that an address
 * once opened, or kept as a bookmark, stays good. Deleting the file and starting again retires it.
 * @throws ConfigError when the file cannot be used
 */
export function keepPageToken(databasePath: string): PageToken {
  const file = fileFor(databasePath);
  try {
    return { token: keepSecret(file), path: file.path };
  } catch (error) {
    throw new ConfigError([
      {
        variable: 'SPEKO_PLAYGROUND',
        problem: `is not false, and the address of the page needs a token. ${(error as Error).message} Or set SPEKO_PLAYGROUND to false.`,
      },
    ]);
  }
}

/** The page token of this database, if it has one. */
export function findPageToken(databasePath: string): PageToken | undefined {
  const file = fileFor(databasePath);
  const token = findSecret(file);
  return token === undefined ? undefined : { token, path: file.path };
}

/** The address to open, under the public URL if there is one. Anyone who has it gets in. */
export function pageUrl(gatewayUrl: string, publicUrl: string | undefined, token: string): string {
  return `${(publicUrl ?? gatewayUrl).replace(/\/+$/, '')}/?token=${token}`;
}

function fileFor(databasePath: string): SecretFile {
  return {
    name: 'page token',
    path: `${databasePath}.page-token`,
    pattern: /^[\w-]{22,256}$/,
    make: mintPageToken,
  };
}
