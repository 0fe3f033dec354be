import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { migrate } from './sqlite-schema.ts';
import { StoreError } from './store-error.ts';

/**
 * Opens or creates a database, makes its folder, and brings its schema up to date. A new file is readable by its
 * owner only, since it holds transcripts.
 *
 * `node:sqlite` prints an experimental warning on Node 22 and none on Node 24; where it disturbs, start Node with
 * `--disable-warning=ExperimentalWarning`.
 * @throws StoreError `STORE_UNUSABLE` naming the path and the cause.
 */
export function openSqlite(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== ':memory:') {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      closeSync(openSync(path, 'a', 0o600));
    }
    database = new DatabaseSync(path, { timeout: 500 });
    // Without a sync per commit a power cut may lose the last moments of a transcript, never the file.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    migrate(database);
    return database;
  } catch (cause) {
    database?.close();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError({
      code: 'STORE_UNUSABLE',
      message: `Cannot use the database file ${path}: ${why}. Choose a path this process may write, on a local disk.`,
      cause,
    });
  }
}
