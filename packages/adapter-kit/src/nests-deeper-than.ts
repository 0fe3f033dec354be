import { isExactInteger } from '@speko/protocol/lean';

/**
 * Whether a JSON value has more levels of objects and lists than this. Costs at most one look at each part.
 *
 * Parsing takes any depth; everything else that walks the value, writing it as JSON among them, runs out of stack.
 *
 * @param maxLevels - 0 or more; a text, a number, exact or not, or `null` is no level.
 */
export function nestsDeeperThan(value: unknown, maxLevels: number): boolean {
  if (typeof value !== 'object' || value === null || isExactInteger(value)) return false;
  if (maxLevels === 0) return true;
  for (const part of Object.values(value)) if (nestsDeeperThan(part, maxLevels - 1)) return true;
  return false;
}
