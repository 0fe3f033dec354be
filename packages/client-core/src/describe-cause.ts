/** Longest chain of causes that is described. */
const MOST_CAUSES = 5;
const MOST_CHARS = 200;

/**
 * Why a connection failed, in a few words, out of what a runtime threw: `fetch` says only that it failed and names the reason,
 * such as ECONNREFUSED, as the cause of the cause. Never throws.
 * @returns `undefined` where nothing is said
 */
export function describeCause(error: unknown): string | undefined {
  let why: string | undefined;
  let at: unknown = error;
  for (let depth = 0; depth < MOST_CAUSES && typeof at === 'object' && at !== null; depth++) {
    const { code, message, cause, errors } = at as Record<string, unknown>;
    const text = typeof message === 'string' ? message : '';
    const name = typeof code === 'string' && !text.includes(code) ? code : '';
    why = [name, text].filter((part) => part !== '').join(': ') || why;
    // An aggregate error, as for a host with several addresses, has no message itself.
    at = cause ?? (Array.isArray(errors) ? (errors as unknown[])[0] : undefined);
  }
  return why?.slice(0, MOST_CHARS);
}
