const MAX_DEPTH = 5;
const MAX_ITEMS = 3;
const MAX_LENGTH = 200;

/** Arguments that a tool with this JSON Schema might be called with: its required properties, with example values. */
export function exampleArguments(parameters: Readonly<Record<string, unknown>>): string {
  const value = exampleOf({ ...parameters, type: 'object' }, 0);
  return JSON.stringify(value);
}

function exampleOf(schema: unknown, depth: number): unknown {
  if (!isRecord(schema) || depth > MAX_DEPTH) return null;
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  for (const list of ['examples', 'enum'] as const) {
    const values = schema[list];
    if (Array.isArray(values) && values.length > 0) return values[0];
  }
  for (const choice of ['anyOf', 'oneOf'] as const) {
    const schemas = schema[choice];
    if (Array.isArray(schemas) && schemas.length > 0) return exampleOf(schemas[0], depth + 1);
  }
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'object':
      return exampleObject(schema, depth);
    case 'array':
      return Array.from({ length: Math.min(MAX_ITEMS, lengthOf(schema['minItems'])) }, () =>
        exampleOf(schema['items'], depth + 1),
      );
    case 'number':
    case 'integer':
      return numberOr(schema['minimum'], 1);
    case 'boolean':
      return true;
    case 'string':
      return 'example'.padEnd(lengthOf(schema['minLength']), '.').slice(0, lengthOf(schema['maxLength'] ?? MAX_LENGTH));
    default:
      return null;
  }
}

function exampleObject(schema: Record<string, unknown>, depth: number): Record<string, unknown> {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    required
      .filter((name) => typeof name === 'string')
      .map((name) => [name, exampleOf(properties[name] ?? { type: 'string' }, depth + 1)]),
  );
}

/** The schema is a client's: without a bound it could ask for gigabytes. */
function lengthOf(value: unknown): number {
  return Math.min(MAX_LENGTH, Math.max(0, Math.floor(numberOr(value, 0))));
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
