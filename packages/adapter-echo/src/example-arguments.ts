const MAX_DEPTH = 5;
const MAX_ITEMS = 3;
const MAX_LENGTH = 200;
/** All values together: a schema need not be large to ask for many. */
const MAX_VALUES = 500;
/** JSON of given values, characters in all: a `default` may be as large as a request. */
const MAX_CHARACTERS = 16_384;

/** Arguments that a tool with this JSON Schema might be called with: its required properties, with example values. */
export function exampleArguments(parameters: Readonly<Record<string, unknown>>): string {
  const budget: Budget = { values: MAX_VALUES, characters: MAX_CHARACTERS };
  return JSON.stringify(exampleOf({ ...parameters, type: 'object' }, 0, budget));
}

/** Remaining budget. */
interface Budget {
  values: number;
  characters: number;
}

function exampleOf(schema: unknown, depth: number, budget: Budget): unknown {
  budget.values -= 1;
  if (!isRecord(schema) || depth > MAX_DEPTH || budget.values < 0) return null;
  if ('const' in schema) return given(schema['const'], budget);
  if ('default' in schema) return given(schema['default'], budget);
  for (const list of ['examples', 'enum'] as const) {
    const values = schema[list];
    if (Array.isArray(values) && values.length > 0) return given(values[0], budget);
  }
  for (const choice of ['anyOf', 'oneOf'] as const) {
    const schemas = schema[choice];
    if (Array.isArray(schemas) && schemas.length > 0) return exampleOf(schemas[0], depth + 1, budget);
  }
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'object':
      return exampleObject(schema, depth, budget);
    case 'array':
      return Array.from({ length: Math.min(MAX_ITEMS, lengthOf(schema['minItems'])) }, () =>
        exampleOf(schema['items'], depth + 1, budget),
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

/** A value that the schema itself holds, unless it is too long. */
function given(value: unknown, budget: Budget): unknown {
  budget.characters -= String(JSON.stringify(value)).length;
  if (budget.characters >= 0) return value;
  budget.values = 0;
  return null;
}

function exampleObject(schema: Record<string, unknown>, depth: number, budget: Budget): Record<string, unknown> {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const values: [name: string, value: unknown][] = [];
  for (const name of required) {
    if (budget.values <= 0) break;
    if (typeof name !== 'string') continue;
    const property = Object.hasOwn(properties, name) ? properties[name] : { type: 'string' };
    values.push([name, exampleOf(property ?? { type: 'string' }, depth + 1, budget)]);
  }
  return Object.fromEntries(values);
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
