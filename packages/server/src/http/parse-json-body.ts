import { validationError } from './http-error.ts';

/** Deeper values would overflow the stack of whatever walks them later. */
const MAX_DEPTH = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A request body as a value, whatever its content type claims.
 * @throws HttpError `VALIDATION_ERROR` when it is no JSON, or nested deeper than 64 levels.
 */
export function parseJsonBody(body: Uint8Array): unknown {
  if (body.byteLength === 0) return undefined;
  const value = readJson(body);
  if (nestsDeeperThan(value, MAX_DEPTH)) {
    throw validationError(
      '',
      `Must not nest deeper than ${MAX_DEPTH} levels; flatten it, or send part of it as a string.`,
    );
  }
  return value;
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body)) as unknown;
  } catch {
    // The parser's own words quote the body, which may hold anything: they are neither sent nor logged.
    throw validationError(
      '',
      'Must be JSON in UTF-8, such as {"mode":"s2s","s2s":{"provider":"openai","model":"gpt-realtime-2.1"}}.',
    );
  }
}

/** Breadth first, without recursion: the very thing this guards against. */
function nestsDeeperThan(value: unknown, maxDepth: number): boolean {
  let level: object[] = isContainer(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    level = level.flatMap((container) => (Object.values(container) as unknown[]).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
