import type { GoogleSchema } from '../google-client-events.ts';
import type { Keywords, SIZES } from './schema-keywords.ts';

/** The narrowest bounds: all of them hold. */
export function addBounds(schema: GoogleSchema, parts: readonly Keywords[]): void {
  const minimum = highest(parts.map((part) => part.minimum));
  const maximum = lowest(parts.map((part) => part.maximum));
  if (minimum !== undefined) schema.minimum = minimum;
  if (maximum !== undefined) schema.maximum = maximum;
}

/** The narrowest sizes of each alternative, and the widest among the alternatives. */
export function addSizes(
  schema: GoogleSchema,
  [lower, upper]: (typeof SIZES)[keyof typeof SIZES],
  alternatives: readonly (readonly Keywords[])[],
): void {
  const least = lowest(alternatives.map((parts) => highest(parts.map(({ sizes }) => sizes[lower])) ?? 0)) ?? 0;
  const most = highest(alternatives.map((parts) => lowest(parts.map(({ sizes }) => sizes[upper])) ?? Infinity));
  // 64-bit integers, which proto-JSON writes as strings.
  if (least > 0) schema[lower] = String(least);
  if (most !== undefined && most < Infinity) schema[upper] = String(most);
}

function lowest(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce((least, each) => (least === undefined || (each ?? Infinity) < least ? each : least), undefined);
}

function highest(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce((most, each) => (most === undefined || (each ?? -Infinity) > most ? each : most), undefined);
}
