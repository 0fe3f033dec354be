import { ConversionBudget, SchemaTooLarge } from './conversion-budget.ts';
import { isRecord, type JsonSchema } from './schema-keywords.ts';
import { describeReference, SchemaReferences } from './schema-references.ts';

const SCHEMA_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'items additionalItems unevaluatedItems contains additionalProperties unevaluatedProperties ' +
    'propertyNames not if then else anyOf oneOf allOf prefixItems'
  ).split(' '),
);
const MAP_KEYWORDS: ReadonlySet<string> = new Set(
  'properties patternProperties $defs definitions dependentSchemas dependencies'.split(' '),
);
const EMPTY_TEXT = { type: 'string', maxLength: 0 };
/** Keywords allowed beside a reference. */
const BESIDE_REFERENCE: ReadonlySet<string> = new Set(['$ref', 'description', 'default']);

/**
 * A JSON Schema for models that take it: the original, but for what the vendor refuses in either format. That is an
 * empty text in an enumeration or an empty enumeration, keywords beside a reference, a reference to what is not there,
 * and parameters that are no object.
 */
export function toJsonSchemaParameters(parameters: JsonSchema): JsonSchema {
  const references = new SchemaReferences(parameters, new ConversionBudget());
  const cleaned = clean(parameters, references) as JsonSchema;
  return cleaned['type'] === 'object' ? cleaned : { ...cleaned, type: 'object' };
}

function clean(schema: unknown, references: SchemaReferences): unknown {
  if (Array.isArray(schema)) return (schema as unknown[]).map((each) => clean(each, references));
  if (!isRecord(schema)) return schema;
  const entries = new Map<string, unknown>();
  for (const [keyword, value] of Object.entries(schema)) {
    if (SCHEMA_KEYWORDS.has(keyword)) entries.set(keyword, clean(value, references));
    else if (MAP_KEYWORDS.has(keyword) && isRecord(value)) entries.set(keyword, cleanMap(value, references));
    else entries.set(keyword, value);
  }
  setEmptyTextsApart(entries);
  nameLostReference(entries, references);
  wrapReference(entries);
  return Object.fromEntries(entries);
}

function cleanMap(map: JsonSchema, references: SchemaReferences): JsonSchema {
  return Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, clean(schema, references)]));
}

/** A reference to what is not there is replaced by its name, in the description. */
function nameLostReference(entries: Map<string, unknown>, references: SchemaReferences): void {
  const reference = entries.get('$ref');
  if (typeof reference !== 'string' || isFound(reference, references)) return;
  entries.delete('$ref');
  const written = entries.get('description');
  const words = describeReference(reference);
  entries.set('description', typeof written === 'string' ? `${written} ${words}` : words);
}

/** References that are too many to look up count as found: the vendor then judges them. */
function isFound(reference: string, references: SchemaReferences): boolean {
  try {
    return references.target(reference) !== undefined;
  } catch (error) {
    if (error instanceof SchemaTooLarge) return true;
    throw error;
  }
}

/** An empty text is said by its length, which leaves what is accepted as it is. */
function setEmptyTextsApart(entries: Map<string, unknown>): void {
  // Beside a constant an enumeration adds nothing.
  if (entries.has('const')) entries.delete('enum');
  const values = entries.has('const') ? [entries.get('const')] : entries.get('enum');
  if (!Array.isArray(values) || (values.length > 0 && !values.includes(''))) return;
  entries.delete('const');
  entries.delete('enum');
  if (values.length === 0) return;
  const others = values.filter((value) => value !== '');
  addAlternatives(entries, [EMPTY_TEXT, ...(others.length === 0 ? [] : [{ enum: others }])]);
}

function wrapReference(entries: Map<string, unknown>): void {
  const reference = entries.get('$ref');
  if (typeof reference !== 'string' || [...entries.keys()].every((keyword) => BESIDE_REFERENCE.has(keyword))) return;
  entries.delete('$ref');
  addAlternatives(entries, [{ $ref: reference }]);
}

function addAlternatives(entries: Map<string, unknown>, anyOf: readonly unknown[]): void {
  if (!entries.has('anyOf')) entries.set('anyOf', anyOf);
  else {
    const allOf = entries.get('allOf');
    entries.set('allOf', [...(Array.isArray(allOf) ? (allOf as unknown[]) : []), { anyOf }]);
  }
}
