import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from './store-error.ts';
import type { AcquireOptions } from './store.ts';

const RETRY_MS = 250;

/**
 * Keeps a database to one gateway. The lock is a transaction on an empty database beside it: the system lets go of it
 * when the process ends, however that happens, so that none is ever left behind.
 */
export class SqliteLock {
  readonly #path: string;
  #held: DatabaseSync | undefined;

  /** @param databasePath - the database that is kept; its lock is `<path>.lock` */
  constructor(databasePath: string) {
    this.#path = `${databasePath}.lock`;
  }

  /** @throws StoreError `STORE_IN_USE` when another gateway does not leave in time, or the signal is given */
  async acquire(options: AcquireOptions): Promise<void> {
    const { waitMs, signal } = options;
    for (let waitedMs = 0; !this.#take(); waitedMs += RETRY_MS) {
      if (waitedMs >= waitMs || signal?.aborted === true) throw this.#inUse(waitedMs);
      if (waitedMs === 0) options.onWait();
      await delay(RETRY_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }

  release(): void {
    this.#held?.close();
    this.#held = undefined;
  }

  #take(): boolean {
    if (this.#held !== undefined) return true;
    const database = new DatabaseSync(this.#path, { timeout: 0 });
    try {
      // By name: opening and closing the file ourselves would drop a lock that another part of this process holds.
      chmodSync(this.#path, 0o600);
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      this.#held = database;
      return true;
    } catch (error) {
      database.close();
      if (isBusy(error)) return false;
      throw error;
    }
  }

  #inUse(waitedMs: number): StoreError {
    const databasePath = this.#path.replace(/\.lock$/, '');
    const waited = waitedMs === 0 ? '' : ` and did not leave within ${Math.round(waitedMs / 1000)} s`;
    return new StoreError({
      code: 'STORE_IN_USE',
      message: `Another gateway serves from ${databasePath}${waited}. Stop it first, or give this one a database of its own (SPEKO_DATABASE_URL).`,
    });
  }
}

const BUSY = 5;

function isBusy(error: unknown): boolean {
  const code = Number(Object(error).errcode);
  return (code & 0xff) === BUSY;
}
