import { MAX_JSON_LEVELS, nestsDeeperThan } from '@speko/adapter-kit';
import { isExactInteger, parseWellFormedJson } from '@speko/protocol/lean';

/**
 * The result of a call as the object the vendor insists on: JSON objects as they are, everything else as `output`; as
 * the text it is where it nests too deep.
 * A string, a list or `null` in its place closes the connection.
 */
export function toResponseObject(output: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseWellFormedJson(output);
  } catch {
    return { output };
  }
  // It is written as JSON again, which would run out of stack.
  if (nestsDeeperThan(value, MAX_JSON_LEVELS)) return { output };
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactInteger(value)
    ? (value as Readonly<Record<string, unknown>>)
    : { output: value };
}
