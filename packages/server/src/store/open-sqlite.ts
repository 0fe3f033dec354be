import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from './sqlite-schema.ts';
import { StoreError } from './store-error.ts';

/** Longest wait for another process's lock, in milliseconds; then the caller is told, and may retry. */
const BUSY_TIMEOUT_MS = 100;

/**
 * Opens or creates a database, makes its folder, and brings its schema up to date. Its files are readable by their
 * owner only, since they hold transcripts.
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
      keepPrivate(path);
    }
    database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    // Without a sync per commit a power cut may lose the last moments of a transcript, never the file. What is deleted
    // is overwritten: it is somebody's words.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;');
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

/** A file that somebody else made, copied or unpacked may be readable for others. */
function keepPrivate(path: string): void {
  // Opened and closed only to make it: to close a file drops the locks that this process holds on it.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}
