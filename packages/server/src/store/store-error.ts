import { isBranded, RealtimeError } from '@speko/protocol/lean';

/**
 * - `STORE_UNUSABLE`: the database cannot be opened or was written by a newer version.
 * - `STORE_UNAVAILABLE`: it cannot be written or read at the moment, such as a database that another process has locked,
 *   or a full disk; worth another try.
 * - `STORE_IN_USE`: another gateway serves from it.
 * - `BAD_CURSOR`: a page cursor that this store did not make.
 */
export type StoreErrorCode = 'STORE_UNUSABLE' | 'STORE_UNAVAILABLE' | 'STORE_IN_USE' | 'BAD_CURSOR';

const BRAND = Symbol.for('speko.StoreError');

/** An error that a session store throws on purpose; any other is a fault of the database. */
export class StoreError extends RealtimeError<StoreErrorCode> {
  override readonly name: string = 'StoreError';
  readonly [BRAND] = true;

  /** True for a StoreError of any copy of this package. */
  static override isInstance(error: unknown): error is StoreError {
    return isBranded(error, BRAND);
  }
}

/** @param why - what keeps the database from working, with its full stop */
export function storeUnavailable(why: string, cause?: unknown): StoreError {
  const message = `The database cannot be used at the moment: ${why}`;
  return new StoreError({ code: 'STORE_UNAVAILABLE', message, retryable: true, cause });
}

/** Whether an error says that the store may do the same a moment later. */
export function isUnavailable(error: unknown): boolean {
  return StoreError.isInstance(error) && error.code === 'STORE_UNAVAILABLE';
}
