/** Longest id some vendors accept for items and calls. */
const MAX_ID_LENGTH = 32;

/**
 * Makes ids that are unique within one provider session: the prefix, a dash, and a counter.
 *
 * @param prefix - 1 to 20 characters.
 * @returns A function whose every call returns the next id, at most 32 characters.
 * @throws RangeError when the prefix leaves no room for the counter.
 */
export function createIdMinter(prefix: string): () => string {
  if (prefix.length === 0 || prefix.length > 20) {
    throw new RangeError(`An id prefix has 1 to 20 characters, so that ids stay within ${MAX_ID_LENGTH}: "${prefix}".`);
  }
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${count}`;
  };
}
