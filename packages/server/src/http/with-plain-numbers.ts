import { HOSTED_FIELDS, isExactInteger } from '@speko/protocol';

/** Fields whose value passes through unread, by name. */
const FREE_FORM: ReadonlySet<string> = new Set(['metadata', 'parameters', ...HOSTED_FIELDS]);

/**
 * A body of `parseJsonBody` with a plain number for every integer too large for one, but for those inside free-form
 * values: a field that takes a number takes any, and is the judge of its range.
 */
export function withPlainNumbers(value: unknown): unknown {
  if (isExactInteger(value)) return toFinite(Number(value.rawJSON));
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]: [string, unknown]) => [
      name,
      FREE_FORM.has(name) && !isExactInteger(part) ? part : withPlainNumbers(part),
    ]),
  );
}

/** An integer of more than 308 digits is no number; the largest there is stands for it. */
function toFinite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}
