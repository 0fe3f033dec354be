import { StoreError } from './store-error.ts';

/** Result codes of SQLite that pass: https://www.sqlite.org/rescode.html */
const PASSING = new Map([
  [5, 'another process has locked it'],
  [6, 'another process has locked it'],
  [8, 'it may not be written'],
  [10, 'the disk cannot be read or written'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
]);

/** What SQLite threw, as the store reports it: a lock or a full disk may be gone a moment later. */
export function toStoreFailure(error: unknown): unknown {
  const errcode = Number(Object(error).errcode);
  const why = Number.isInteger(errcode) ? PASSING.get(errcode & 0xff) : undefined;
  if (why === undefined) return error;
  return new StoreError({
    code: 'STORE_UNAVAILABLE',
    message: `The database cannot be used at the moment: ${why}.`,
    retryable: true,
    cause: error,
  });
}
