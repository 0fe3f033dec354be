import { ConversionBudget, SchemaTooLarge } from './conversion-budget.ts';
import type { GoogleSchema } from './google-client-messages.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** A JSON Schema in Google's subset, unless that would take more than its budget. */
export type SchemaConversion =
  | {
      readonly type: 'converted';
      /** Absent for a function without parameters. */
      readonly schema: GoogleSchema | undefined;
      /** Whether the model may make up arguments the original allows and this does not describe: maps and recursion. */
      readonly isComplete: boolean;
    }
  | { readonly type: 'too-large' };

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
 *
 * @param budget - Shared by all that may be converted together. It stays spent.
 */
export function convertSchema(parameters: JsonSchema, budget = new ConversionBudget()): SchemaConversion {
  const converter = new SchemaConverter(parameters, budget);
  try {
    const schema = converter.convert(parameters, []);
    const isEmpty = schema.type === 'OBJECT' && schema.properties === undefined;
    return {
      type: 'converted',
      schema: isEmpty ? undefined : { ...schema, type: 'OBJECT' },
      isComplete: converter.isComplete,
    };
  } catch (error) {
    if (error instanceof SchemaTooLarge) return { type: 'too-large' };
    throw error;
  }
}

class SchemaConverter {
  isComplete = true;
  readonly #root: JsonSchema;
  readonly #budget: ConversionBudget;
  /** What references stand for. */
  readonly #targets = new Map<string, unknown>();
  #depth = 0;

  constructor(root: JsonSchema, budget: ConversionBudget) {
    this.#root = root;
    this.#budget = budget;
  }

  /** @param path - References being followed, so that recursion is noticed. */
  convert(given: unknown, path: readonly string[]): GoogleSchema {
    return this.#deeper(() => this.#convert(given, path));
  }

  #convert(given: unknown, path: readonly string[]): GoogleSchema {
    if (!isRecord(given)) {
      // `true` allows anything, which only a schema of no type says.
      this.isComplete &&= given !== true;
      return this.#written({ type: 'STRING' });
    }
    const { $ref: reference } = given;
    if (typeof reference === 'string') return this.#follow(reference, given, path);
    const followed = [...path];
    const schema = this.#withoutAllOf(given, followed);
    const alternatives = this.#alternativesOf(schema);
    return alternatives === undefined ? this.#single(schema, followed) : this.#anyOf(schema, alternatives, followed);
  }

  /** Every way down goes through here, be it nesting, a reference or a part of `allOf`. */
  #deeper<Result>(work: () => Result): Result {
    this.#depth += 1;
    this.#budget.descend(this.#depth);
    const result = work();
    this.#depth -= 1;
    return result;
  }

  /** Counts what is sent of one schema by itself, before its parts are put in. */
  #written(schema: GoogleSchema): GoogleSchema {
    this.#budget.schema(schema);
    return schema;
  }

  /** Everything each of `allOf` asks for, in one schema. References among them are added to `followed`. */
  #withoutAllOf(given: JsonSchema, followed: string[]): JsonSchema {
    if (!Array.isArray(given['allOf'])) return given;
    this.#budget.work(keyCount(given));
    const { allOf, ...own } = given;
    this.#budget.work(sizeOf(allOf));
    return this.#merge([
      ...listOf(allOf)
        .filter(isRecord)
        .map((part) => this.#partOfAll(part, followed)),
      own,
    ]);
  }

  #partOfAll(part: JsonSchema, followed: string[]): JsonSchema {
    return this.#deeper(() => {
      const { $ref: reference } = part;
      if (typeof reference !== 'string') return this.#withoutAllOf(part, followed);
      const target = this.#lookUp(reference, followed);
      if (!isRecord(target)) {
        this.isComplete = false;
        return {};
      }
      followed.push(reference);
      return this.#partOfAll(target, followed);
    });
  }

  #merge(schemas: readonly JsonSchema[]): JsonSchema {
    // Maps, for a key may be `__proto__`.
    const merged = new Map<string, unknown>();
    const properties = new Map<string, unknown>();
    const required = new Set<string>();
    for (const schema of schemas) {
      this.#budget.work(keyCount(schema) + keyCount(recordOf(schema['properties'])) + sizeOf(schema['required']));
      for (const [keyword, value] of Object.entries(schema)) merged.set(keyword, value);
      for (const [name, value] of Object.entries(recordOf(schema['properties']))) properties.set(name, value);
      for (const name of textsOf(schema['required']) ?? []) required.add(name);
    }
    if (properties.size > 0) merged.set('properties', Object.fromEntries(properties));
    if (required.size > 0) merged.set('required', [...required]);
    return Object.fromEntries(merged);
  }

  #follow(reference: string, given: JsonSchema, path: readonly string[]): GoogleSchema {
    const target = this.#lookUp(reference, path);
    const description = textOf(given['description']);
    if (target === undefined) {
      this.isComplete = false;
      return this.#written({
        type: 'OBJECT',
        description: description ?? `Nested like ${reference.split('/').at(-1) ?? 'its parent'}.`,
      });
    }
    const schema = this.convert(target, [...path, reference]);
    if (description === undefined) return schema;
    this.#budget.json(description);
    return { ...schema, description };
  }

  /** What a reference stands for; `undefined` when there is nothing, or when it is being followed already. */
  #lookUp(reference: string, followed: readonly string[]): unknown {
    this.#budget.work(reference.length + followed.length);
    if (followed.includes(reference)) return undefined;
    if (!this.#targets.has(reference)) this.#targets.set(reference, lookUp(this.#root, reference));
    return this.#targets.get(reference);
  }

  /** No `type` beside `anyOf`; `null` among the alternatives makes the rest nullable. */
  #anyOf(schema: JsonSchema, alternatives: readonly unknown[], path: readonly string[]): GoogleSchema {
    this.#budget.work(alternatives.length);
    const values = alternatives.filter((each) => !isNull(each));
    const nullable = values.length < alternatives.length ? { nullable: true } : {};
    const description = textOf(schema['description']);
    const described = description === undefined ? {} : { description };
    const [first, ...others] = values;
    if (first === undefined) return this.#written({ type: 'STRING', ...nullable, ...described });
    if (others.length === 0) {
      this.#budget.json({ ...nullable, ...described });
      return { ...this.convert(first, path), ...nullable, ...described };
    }
    const result = this.#written({ anyOf: [], ...nullable, ...described });
    result.anyOf = values.map((each) => this.convert(each, path));
    return result;
  }

  #alternativesOf(schema: JsonSchema): readonly unknown[] | undefined {
    for (const keyword of ['anyOf', 'oneOf']) {
      const given = schema[keyword];
      if (Array.isArray(given) && given.length > 0) return given;
    }
    const { type } = schema;
    if (!Array.isArray(type) || type.length === 0) return undefined;
    // Each alternative has the whole schema to itself.
    this.#budget.work(type.length * keyCount(schema));
    // The description stays outside, with the alternatives as a whole.
    const { description: _description, ...rest } = schema;
    return type.map((each: unknown) => ({ ...rest, type: each }));
  }

  #single(schema: JsonSchema, path: readonly string[]): GoogleSchema {
    this.#budget.work(sizeOf(schema['enum']));
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
    if (type === 'OBJECT') this.#nameProperties(schema, result);
    this.#written(result);
    if (type === 'ARRAY') result.items = this.convert('items' in schema ? schema['items'] : { type: 'string' }, path);
    if (type === 'OBJECT') this.#properties(schema, result, path);
    return result;
  }

  #nameProperties(schema: JsonSchema, result: GoogleSchema): void {
    const { properties, additionalProperties, required, propertyOrdering } = schema;
    if (isRecord(additionalProperties) || additionalProperties === true) this.isComplete = false;
    if (!isRecord(properties) || keyCount(properties) === 0) return;
    this.#budget.work(sizeOf(required) + sizeOf(propertyOrdering));
    const isProperty = (name: string): boolean => Object.hasOwn(properties, name);
    const needed = textsOf(required)?.filter(isProperty) ?? [];
    if (needed.length > 0) result.required = needed;
    const ordering = textsOf(propertyOrdering)?.filter(isProperty) ?? [];
    if (ordering.length > 0) result.propertyOrdering = ordering;
    result.properties = {};
  }

  #properties({ properties }: JsonSchema, result: GoogleSchema, path: readonly string[]): void {
    if (!isRecord(properties)) return;
    const converted: [name: string, schema: GoogleSchema][] = [];
    for (const name in properties) {
      if (!Object.hasOwn(properties, name)) continue;
      this.#budget.json([name]);
      converted.push([name, this.convert(properties[name], path)]);
    }
    if (converted.length > 0) result.properties = Object.fromEntries(converted);
  }
}

function typeOf(schema: JsonSchema): NonNullable<GoogleSchema['type']> {
  const { type } = schema;
  // A longer one is no type, and reading it each time would add up.
  const name = typeof type === 'string' && type.length <= 'integer'.length ? type.toLowerCase() : '';
  const known = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
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

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function sizeOf(list: unknown): number {
  return listOf(list).length;
}

function keyCount(record: JsonSchema): number {
  return Object.keys(record).length;
}

function recordOf(value: unknown): JsonSchema {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
