import type { GoogleSchema } from '../google-client-events.ts';

/** Alternatives that say the same are one, and so are enumerations that say nothing else. */
export function withoutRepeats(schemas: readonly GoogleSchema[]): GoogleSchema[] {
  const kept: GoogleSchema[] = [];
  const known = new Set<string>();
  let values = new Set<string>();
  for (const schema of schemas) {
    const isLeaf = schema.items === undefined && schema.properties === undefined;
    const other = isEnumAlone(schema) ? kept.find((each) => isEnumAlone(each)) : undefined;
    if (other !== undefined) {
      for (const value of schema.enum ?? []) values.add(value);
      continue;
    }
    if (isEnumAlone(schema)) values = new Set(schema.enum);
    const text = isLeaf ? JSON.stringify(schema) : '';
    if (isLeaf && known.has(text)) continue;
    known.add(text);
    kept.push(schema);
  }
  return kept.map((schema) => (isEnumAlone(schema) ? { ...schema, enum: [...values] } : schema));
}

function isEnumAlone({ enum: values, type: _type, nullable: _nullable, ...more }: GoogleSchema): boolean {
  return values !== undefined && Object.keys(more).length === 0;
}
