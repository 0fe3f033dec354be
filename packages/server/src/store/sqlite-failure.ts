import { storeUnavailable } from './store-error.ts';

/** Result codes of SQLite that pass: https://www.sqlite.org/rescode.html */
const PASSING = new Map([
  [5, 'another process has locked it'],
  [6, 'another process has locked it'],
  [7, 'there is no memory for it'],
  [8, 'it may not be written'],
  [10, 'the disk cannot be read or written'],
  [11, 'its file is damaged'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
  [15, 'another process has locked it'],
  [26, 'its file is no database any more'],
]);

/** What SQLite threw, as the store reports it: a lock or a full disk may be gone a moment later. */
export function toStoreFailure(error: unknown): unknown {
  const errcode = Number(Object(error).errcode);
  const why = Number.isInteger(errcode) ? PASSING.get(errcode & 0xff) : undefined;
  if (why === undefined) return error;
  return storeUnavailable(`${why}.`, error);
}
