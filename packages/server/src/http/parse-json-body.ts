import { isExactInteger, parseWellFormedJson } from '@speko/protocol';
import { validationError } from '../http-error.ts';

/** Deeper values would overflow the stack of a later walk. */
const MAX_DEPTH = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A request body as a value, whatever its content type claims: large integers as they were written, texts well-formed.
 * @throws HttpError `VALIDATION_ERROR` when it is no JSON, nests deeper than 64 levels, or holds a number that is none here.
 */
export function parseJsonBody(body: Uint8Array): unknown {
  if (body.byteLength === 0) return undefined;
  const value = readJson(body);
  const problem = findProblem(value);
  if (problem !== undefined) throw validationError('', problem);
  return value;
}

function readJson(body: Uint8Array): unknown {
  try {
    return parseWellFormedJson(utf8.decode(body));
  } catch {
    // The parser's own words quote the body, which may hold anything: they are neither sent nor logged.
    throw validationError(
      '',
      'Must be JSON in UTF-8, such as {"mode":"s2s","s2s":{"provider":"openai","model":"gpt-realtime-2.1"}}.',
    );
  }
}

/** Breadth first, without recursion: the very thing this guards against. */
function findProblem(value: unknown): string | undefined {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    // It would be handed back as null.
    if (level.some((part) => part === Infinity || part === -Infinity)) {
      return 'Must hold no number beyond 1.8e308; send it as a string.';
    }
    const containers = level.filter(isContainer);
    if (containers.length > 0 && depth === MAX_DEPTH) {
      return `Must not nest deeper than ${MAX_DEPTH} levels; flatten it, or send part of it as a string.`;
    }
    level = containers.flatMap((container) => Object.values(container) as unknown[]);
  }
  return undefined;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isExactInteger(value);
}
