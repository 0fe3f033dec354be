// JSON Schemas as generators and people write them, and values for them. It knows nothing of the converter.

export type Schema = Record<string, unknown>;
export type Dialect = 'draft-07' | '2020-12';

/** Uniform numbers from a seed: an integer from 0 to below `below`. */
export type Pick = (below: number) => number;

export function picker(seed: number): Pick {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 2 ** 32) * below);
  };
}

const ODD_NAMES = ['Page<User>', 'a/b', 'x~y', 'per%cent', 'plain', 'with space'];

/** A schema of parameters with everything that is hard to say. */
export function makeSchema(pick: Pick, dialect: Dialect): Schema {
  const defs = dialect === 'draft-07' ? 'definitions' : '$defs';
  const names = ODD_NAMES.slice(0, 1 + pick(ODD_NAMES.length));
  let count = 0;
  const one = <Value>(...values: Value[]): Value => values[pick(values.length)]!;
  const maybe = (schema: Schema): Schema => (pick(2) === 0 ? schema : {});
  const described = (schema: Schema): Schema =>
    pick(3) === 0 ? { ...schema, description: `text ${(count += 1)}.` } : schema;
  const name = (): string => one(`p${(count += 1)}`, `p${(count += 1)}`, `n-${(count += 1)}`, `city ${(count += 1)}`);
  const encoded = (text: string): string =>
    encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('%2F', '/');
  const reference = (): Schema => ({ $ref: `#/${defs}/${encoded(one(...names))}` });
  const properties = (depth: number): Schema =>
    Object.fromEntries(Array.from({ length: 1 + pick(3) }, () => [name(), schema(depth - 1)]));

  function object(depth: number): Schema {
    const own = properties(depth);
    const known = Object.keys(own);
    const base: Schema = { type: 'object', properties: own, ...maybe({ required: known.slice(0, 1) }) };
    const sub = (...keys: string[]): Schema => ({ required: keys });
    switch (pick(12)) {
      case 0:
        return { ...base, [one('anyOf', 'oneOf')]: [sub(known[0]!), sub(known.at(-1)!)] };
      case 1:
        return { ...base, anyOf: [{ properties: properties(depth - 1) }, sub(known[0]!)] };
      case 2:
        return { ...base, not: sub('forbidden') };
      case 3:
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, never awaited
        return { ...base, if: sub(known[0]!), then: { properties: properties(depth - 1) }, else: {} };
      case 4:
        return { allOf: [base, { type: 'object', properties: properties(depth - 1), required: known.slice(-1) }] };
      case 5:
        return { ...base, additionalProperties: one<unknown>(schema(depth - 1), true, false) };
      case 6:
        return { ...base, patternProperties: { '^x-': schema(depth - 1) } };
      case 7:
        return {
          oneOf: ['a', 'b'].map((kind) => ({
            type: 'object',
            properties: { kind: { const: kind }, ...properties(depth - 1) },
            required: ['kind'],
            ...maybe({ additionalProperties: false }),
          })),
        };
      case 8:
        return { ...base, ...maybe({ minProperties: 1 }), maxProperties: 9, propertyNames: { maxLength: 40 } };
      default:
        return base;
    }
  }

  function list(depth: number): Schema {
    const places = (): unknown[] => Array.from({ length: 1 + pick(3) }, () => schema(depth - 1));
    switch (pick(5)) {
      case 0: {
        const given = places();
        const closing = one<unknown>(false, schema(depth - 1), undefined);
        const others = (keyword: string): Schema => (closing === undefined ? {} : { [keyword]: closing });
        if (dialect === 'draft-07') return { type: 'array', items: given, ...others('additionalItems') };
        return { type: 'array', prefixItems: given, ...others('items') };
      }
      case 1:
        return { type: 'array', ...maybe({ uniqueItems: true }) };
      case 2:
        return { type: 'array', contains: { type: 'string' }, maxItems: 4 };
      default:
        return { type: 'array', items: schema(depth - 1), ...maybe({ minItems: 1, maxItems: 3 }) };
    }
  }

  function values(): Schema {
    return one<Schema>(
      { type: 'string', enum: ['', 'shell', 'prompt'] },
      { enum: ['a', 1, null] },
      { type: 'integer', enum: [0, 1, 2] },
      { enum: [true, false, 'auto'] },
      { const: one<unknown>('x', '', 4, null, true) },
      { const: 'x', enum: ['', 'x'] },
      { type: ['string', 'null'], enum: ['on', 'off', null] },
      { anyOf: [{ const: 'north' }, { const: 'south' }] },
      { enum: [{ a: 1 }, [2], 'b'] },
    );
  }

  function schema(depth: number): Schema | boolean {
    if (depth > 0) {
      switch (pick(9)) {
        case 0:
        case 1:
          return described(object(depth));
        case 2:
          return described(list(depth));
        case 3:
          return described({ [one('anyOf', 'oneOf')]: [schema(depth - 1), { type: 'null' }] });
        case 4:
          return described({ anyOf: [schema(depth - 1), { type: 'number' }, schema(depth - 1)] });
        case 5:
          return described({ allOf: [reference(), {}] });
        case 6:
          return described(reference());
        default:
      }
    }
    return one<() => Schema | boolean>(
      () =>
        described({ type: 'string', ...maybe({ minLength: 1, maxLength: 20 }), ...maybe({ pattern: '^[a-z ]*$' }) }),
      () => described({ type: 'integer', ...maybe({ minimum: -5, exclusiveMaximum: 100 }) }),
      () => described({ type: 'number', ...maybe({ multipleOf: 0.5 }) }),
      () => ({ type: 'boolean' }),
      () => described(values()),
      () =>
        described({
          type: one([
            ['string', 'null'],
            ['integer', 'string'],
            ['object', 'array', 'boolean'],
          ]).at(0)!,
        }),
      () => described({ type: ['integer', 'string', 'null'] }),
      () =>
        described({ type: one('string', 'integer', 'number'), format: one('int64', 'double', 'date-time', 'uuid') }),
      () => one<Schema | boolean>({}, true, { type: 'object' }),
    )();
  }

  // A definition never leads to another one without a property between them: nothing could judge that.
  const root = object(3);
  return { ...root, type: 'object', [defs]: Object.fromEntries(names.map((each) => [each, described(object(2))])) };
}

/** Values that a schema may accept: made along it, and not always right. */
export function makeValue(pick: Pick, root: Schema, given: unknown = root, depth = 5): unknown {
  const value = (schema: unknown): unknown => makeValue(pick, root, schema, depth - 1);
  if (typeof given !== 'object' || given === null || depth < 0 || Object.keys(given).length === 0)
    return anything(pick);
  const schema = given as Schema;
  const some = <Value>(list: readonly Value[]): Value => list[pick(list.length)]!;
  const all = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);
  if (typeof schema['$ref'] === 'string') return value(resolve(root, schema['$ref']));
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return some(schema['enum'] as unknown[]);
  const parts = [schema, ...all(schema['allOf'])];
  const choices = all(schema['anyOf'] ?? schema['oneOf']);
  if (choices.length > 0) parts.push(some(choices));
  if (pick(2) === 0 && schema['then'] !== undefined) parts.push(schema['then']);
  if (parts.length > 1 && parts.slice(1).some((part) => !isObjectSchema(part))) return value(some(parts.slice(1)));
  const type = Array.isArray(schema['type']) ? some(schema['type'] as unknown[]) : schema['type'];
  switch (type ?? (isObjectSchema(schema) || parts.length > 1 ? 'object' : undefined)) {
    case 'string':
      return some(['abc', 'a b', 'shell', '', 'Émile 9']);
    case 'integer':
      return some([0, 1, -3, 42, 1000]);
    case 'number':
      return some([0.5, 2, -7.5, 1e6]);
    case 'boolean':
      return pick(2) === 0;
    case 'null':
      return null;
    case 'array': {
      const places = all(Array.isArray(schema['items']) ? schema['items'] : schema['prefixItems']);
      const rest = Array.isArray(schema['items']) ? schema['additionalItems'] : schema['items'];
      const list = places.map((each) => value(each));
      for (let more = rest === false ? 0 : pick(3); more > 0; more -= 1) list.push(value(rest ?? true));
      return list;
    }
    case 'object': {
      const entries: [string, unknown][] = [];
      for (const part of parts.filter((each) => isObjectSchema(each))) {
        const required = all(part['required']);
        for (const [key, each] of Object.entries((part['properties'] ?? {}) as Schema)) {
          if (required.includes(key) || pick(3) > 0) entries.push([key, value(each)]);
        }
        const open = part['additionalProperties'];
        if (open !== undefined && open !== false && pick(2) === 0) entries.push(['extra', value(open)]);
        if (part['patternProperties'] !== undefined && pick(2) === 0) entries.push(['x-1', 'text']);
      }
      if (pick(4) === 0) entries.push(['another', anything(pick)]);
      return Object.fromEntries(entries);
    }
    default:
      return anything(pick);
  }
}

function anything(pick: Pick): unknown {
  const values: unknown[] = ['text', 7, 0.25, true, null, {}, { a: [{ b: null }] }, [], [1, 'x', null], [[1], [{}]]];
  return values[pick(values.length)];
}

function isObjectSchema(schema: unknown): schema is Schema {
  if (typeof schema !== 'object' || schema === null) return false;
  const { type } = schema as Schema;
  return type === 'object' || (type === undefined && ('properties' in schema || 'required' in schema));
}

/** Follows a reference by the letter of RFC 6901. */
export function resolve(root: Schema, reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, step) => (at as Schema)[step], root);
}
