import type { GoogleSchema } from '../google-client-events.ts';
import type { Kind } from './schema-keywords.ts';

/** A type of Google's subset. */
export type Type = NonNullable<GoogleSchema['type']>;

/** Formats by type. The vendor documents no others, such as the `int64` that Protobuf writes beside strings. */
export const FORMATS: Readonly<Partial<Record<Type, ReadonlySet<string>>>> = {
  STRING: new Set(['date-time']),
  INTEGER: new Set(['int32', 'int64']),
  NUMBER: new Set(['float', 'double']),
};

/** Subject of a type's keywords. */
export const SUBJECTS = {
  STRING: 'string',
  NUMBER: 'number',
  INTEGER: 'number',
  ARRAY: 'array',
  BOOLEAN: undefined,
} as const;

/** The types that values of these kinds need. */
export function typesOf(kinds: readonly Kind[]): readonly Type[] {
  return [...new Set(kinds.map((kind) => typeOf(kind, kinds.includes('fraction'))))].filter(
    (type) => type !== undefined,
  );
}

/** @param hasFractions - Where they are, an integer is a number. */
export function typeOf(kind: Kind, hasFractions: boolean): Type | undefined {
  switch (kind) {
    case 'string':
      return 'STRING';
    case 'fraction':
      return 'NUMBER';
    case 'integer':
      return hasFractions ? 'NUMBER' : 'INTEGER';
    case 'boolean':
      return 'BOOLEAN';
    case 'array':
      return 'ARRAY';
    case 'object':
      return 'OBJECT';
    case 'null':
      return undefined;
  }
}
