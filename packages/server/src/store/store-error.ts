import { isBranded, RealtimeError } from '@speko/protocol';

/**
 * - `STORE_UNUSABLE`: the database cannot be opened or was written by a newer version.
 * - `BAD_CURSOR`: a page cursor that this store did not make.
 */
export type StoreErrorCode = 'STORE_UNUSABLE' | 'BAD_CURSOR';

const brand = Symbol.for('speko.StoreError');

/** What a session store reports on purpose; anything else it throws is a fault of the database. */
export class StoreError extends RealtimeError<StoreErrorCode> {
  override readonly name: string = 'StoreError';
  readonly [brand] = true;

  /** True for a StoreError of any copy of this package. */
  static override isInstance(error: unknown): error is StoreError {
    return isBranded(error, brand);
  }
}
