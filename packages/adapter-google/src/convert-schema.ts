import type { GoogleSchema } from './google-client-messages.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** A JSON Schema in Google's subset. */
export interface ConvertedSchema {
  /** Absent for a function without parameters. */
  readonly schema: GoogleSchema | undefined;
  /** Whether the model may make up arguments the original allows and this does not describe: maps and recursion. */
  readonly isComplete: boolean;
}

const TYPES: Readonly<Record<string, NonNullable<GoogleSchema['type']>>> = {
  string: 'STRING',
  number: 'NUMBER',
  integer: 'INTEGER',
  boolean: 'BOOLEAN',
  array: 'ARRAY',
  object: 'OBJECT',
};

/** Others may be refused. */
const FORMATS: ReadonlySet<unknown> = new Set(['enum', 'date-time', 'int32', 'int64', 'float', 'double']);

/** 64-bit integers, which proto-JSON writes as strings. */
const SIZE_KEYWORDS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const;

/**
 * Writes a JSON Schema in the subset of OpenAPI that every generation of models takes. Keyword by keyword: one that the
 * vendor does not know closes the connection. What cannot be said is left out, or said in the description.
 */
export function convertSchema(parameters: JsonSchema): ConvertedSchema {
  const converter = new SchemaConverter(parameters);
  const schema = converter.convert(parameters, []);
  const isEmpty = schema.type === 'OBJECT' && schema.properties === undefined;
  return { schema: isEmpty ? undefined : { ...schema, type: 'OBJECT' }, isComplete: converter.isComplete };
}

class SchemaConverter {
  isComplete = true;
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** @param path - References being followed, so that recursion is noticed. */
  convert(given: unknown, path: readonly string[]): GoogleSchema {
    if (!isRecord(given)) {
      // `true` allows anything, which only a schema of no type says.
      this.isComplete &&= given !== true;
      return { type: 'STRING' };
    }
    const { $ref: reference } = given;
    if (typeof reference === 'string') return this.#follow(reference, given, path);
    const followed = [...path];
    const schema = this.#withoutAllOf(given, followed);
    const alternatives = alternativesOf(schema);
    return alternatives === undefined ? this.#single(schema, followed) : this.#anyOf(schema, alternatives, followed);
  }

  /** Everything each of `allOf` asks for, in one schema. References among them are added to `followed`. */
  #withoutAllOf(given: JsonSchema, followed: string[]): JsonSchema {
    const { allOf, ...own } = given;
    if (!Array.isArray(allOf)) return given;
    return mergeAll([...allOf.filter(isRecord).map((part) => this.#partOfAll(part, followed)), own]);
  }

  #partOfAll(part: JsonSchema, followed: string[]): JsonSchema {
    const { $ref: reference } = part;
    if (typeof reference !== 'string') return this.#withoutAllOf(part, followed);
    const target = lookUp(this.#root, reference);
    if (followed.includes(reference) || !isRecord(target)) {
      this.isComplete = false;
      return {};
    }
    followed.push(reference);
    return this.#partOfAll(target, followed);
  }

  #follow(reference: string, given: JsonSchema, path: readonly string[]): GoogleSchema {
    const target = lookUp(this.#root, reference);
    const description = textOf(given['description']);
    if (path.includes(reference) || target === undefined) {
      this.isComplete = false;
      return {
        type: 'OBJECT',
        description: description ?? `Nested like ${reference.split('/').at(-1) ?? 'its parent'}.`,
      };
    }
    const schema = this.convert(target, [...path, reference]);
    return description === undefined ? schema : { ...schema, description };
  }

  /** No `type` beside `anyOf`; `null` among the alternatives makes the rest nullable. */
  #anyOf(schema: JsonSchema, alternatives: readonly unknown[], path: readonly string[]): GoogleSchema {
    const values = alternatives.filter((each) => !isNull(each));
    const nullable = values.length < alternatives.length ? { nullable: true } : {};
    const description = textOf(schema['description']);
    const described = description === undefined ? {} : { description };
    const [first, ...others] = values;
    if (first === undefined) return { type: 'STRING', ...nullable, ...described };
    if (others.length === 0) return { ...this.convert(first, path), ...nullable, ...described };
    return { anyOf: values.map((each) => this.convert(each, path)), ...nullable, ...described };
  }

  #single(schema: JsonSchema, path: readonly string[]): GoogleSchema {
    const type = typeOf(schema);
    const result: GoogleSchema = { type };
    const description = describe(schema);
    if (description !== undefined) result.description = description;
    if (typeof schema['title'] === 'string' && path.length === 0) result.title = schema['title'];
    if (schema['nullable'] === true) result.nullable = true;
    if (FORMATS.has(schema['format'])) result.format = schema['format'] as string;
    if (typeof schema['pattern'] === 'string') result.pattern = schema['pattern'];
    if (typeof schema['minimum'] === 'number') result.minimum = schema['minimum'];
    if (typeof schema['maximum'] === 'number') result.maximum = schema['maximum'];
    for (const keyword of SIZE_KEYWORDS) {
      const size = schema[keyword];
      if (typeof size === 'number' && Number.isInteger(size) && size >= 0) result[keyword] = String(size);
    }
    const values = enumOf(schema);
    if (values !== undefined && type === 'STRING') result.enum = values;
    if (type === 'ARRAY') result.items = 'items' in schema ? this.convert(schema['items'], path) : { type: 'STRING' };
    if (type === 'OBJECT') this.#object(schema, result, path);
    return result;
  }

  #object(schema: JsonSchema, result: GoogleSchema, path: readonly string[]): void {
    const { properties, additionalProperties } = schema;
    if (isRecord(additionalProperties) || additionalProperties === true) this.isComplete = false;
    const entries = isRecord(properties) ? Object.entries(properties) : [];
    if (entries.length === 0) return;
    result.properties = Object.fromEntries(entries.map(([name, each]) => [name, this.convert(each, path)]));
    const names = entries.map(([name]) => name);
    const required = textsOf(schema['required'])?.filter((name) => names.includes(name)) ?? [];
    if (required.length > 0) result.required = required;
    const ordering = textsOf(schema['propertyOrdering'])?.filter((name) => names.includes(name)) ?? [];
    if (ordering.length > 0) result.propertyOrdering = ordering;
  }
}

function alternativesOf(schema: JsonSchema): readonly unknown[] | undefined {
  for (const keyword of ['anyOf', 'oneOf']) {
    const given = schema[keyword];
    if (Array.isArray(given) && given.length > 0) return given;
  }
  const { type } = schema;
  if (!Array.isArray(type) || type.length === 0) return undefined;
  // The description stays outside, with the alternatives as a whole.
  const { description: _description, ...rest } = schema;
  return type.map((each: unknown) => ({ ...rest, type: each }));
}

function typeOf(schema: JsonSchema): NonNullable<GoogleSchema['type']> {
  const { type } = schema;
  const known = typeof type === 'string' ? TYPES[type.toLowerCase()] : undefined;
  if (known !== undefined) return known;
  if ('properties' in schema || 'additionalProperties' in schema) return 'OBJECT';
  if ('items' in schema) return 'ARRAY';
  const [first] = valuesOf(schema) ?? [];
  if (typeof first === 'number') return 'NUMBER';
  return typeof first === 'boolean' ? 'BOOLEAN' : 'STRING';
}

/** Values of `enum` or `const`. */
function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) && schema['enum'].length > 0 ? schema['enum'] : undefined;
}

/** Google's enumerations are of strings. */
function enumOf(schema: JsonSchema): string[] | undefined {
  return textsOf(valuesOf(schema));
}

/** Values that an enumeration cannot hold are named here instead. */
function describe(schema: JsonSchema): string | undefined {
  const description = textOf(schema['description']);
  const values = valuesOf(schema);
  if (values === undefined || enumOf(schema) !== undefined) return description;
  const named = `One of: ${values.map((value) => JSON.stringify(value)).join(', ')}.`;
  return description === undefined ? named : `${description} ${named}`;
}

function mergeAll(schemas: readonly JsonSchema[]): JsonSchema {
  return schemas.reduce((merged, part) => {
    const properties = { ...recordOf(merged['properties']), ...recordOf(part['properties']) };
    const required = [...(textsOf(merged['required']) ?? []), ...(textsOf(part['required']) ?? [])];
    return {
      ...merged,
      ...part,
      ...(Object.keys(properties).length === 0 ? {} : { properties }),
      ...(required.length === 0 ? {} : { required: [...new Set(required)] }),
    };
  }, {});
}

function lookUp(root: JsonSchema, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  return reference
    .slice(1)
    .split('/')
    .filter((step) => step !== '')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, step) => (isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined), root);
}

function isNull(schema: unknown): boolean {
  return isRecord(schema) && (schema['type'] === 'null' || schema['const'] === null);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}

function recordOf(value: unknown): JsonSchema {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
