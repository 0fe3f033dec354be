import { AdapterError, type ToolDefinition } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { MODELS, PLAIN } from '../__fixtures__/start-codec.ts';
import { buildSetup } from '../codec/setup.ts';
import { planGoogleDial } from '../google-dial-plan.ts';
import { parseGoogleOptions } from '../google-options.ts';
import { profileOfModel } from '../model-profiles.ts';
import { ConversionBudget } from './conversion-budget.ts';
import { convertSchema } from './convert-schema.ts';

type Schema = Record<string, unknown>;

const OPTIONS = parseGoogleOptions({ apiKey: 'k' });

function range<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A definition that uses the next one twice, and so on: two to the power of `levels` schemas when written out. */
function doubling(levels: number, use: (reference: Schema) => Schema): Schema {
  const $defs = Object.fromEntries(
    range(levels + 1, (level) => [
      `d${level}`,
      level === levels ? { type: 'string' } : use({ $ref: `#/$defs/d${level + 1}` }),
    ]),
  );
  return { type: 'object', properties: { x: { $ref: '#/$defs/d0' } }, $defs };
}

/** The schema seen through a glass that counts how often it is looked at. */
function watched(schema: Schema): { readonly schema: Schema; readonly looks: () => number } {
  let looks = 0;
  const watch = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    return new Proxy(value, {
      get: (target, key, receiver) => {
        looks += 1;
        return watch(Reflect.get(target, key, receiver));
      },
      ownKeys: (target) => {
        const keys = Reflect.ownKeys(target);
        looks += keys.length;
        return keys;
      },
    });
  };
  return { schema: watch(schema) as Schema, looks: () => looks };
}

const twice = (reference: Schema): Schema => ({ type: 'object', properties: { a: reference, b: reference } });
const beside = (next: Schema, other: Schema): Schema => ({ properties: { a: next, b: next, c: other } });
const wide = range(5_000, (index) => `v${index}`);

const BOMBS: readonly (readonly [name: string, schema: Schema])[] = [
  ['references that double', doubling(40, twice)],
  ['alternatives that double', doubling(40, (next) => ({ anyOf: [next, next] }))],
  ['oneOf that doubles', doubling(40, (next) => ({ oneOf: [next, next, { type: 'null' }] }))],
  ['allOf that doubles', doubling(40, (next) => ({ allOf: [next, { properties: { a: next } }, next] }))],
  ['lists of types', doubling(40, (next) => ({ type: range(20, () => 'array'), items: next }))],
  [
    'types within types',
    range(20, (level) => level).reduce<Schema>(
      (inner) => ({ type: ['object', 'array', 'string'], properties: { x: inner }, items: inner }),
      {},
    ),
  ],
  ['a long text used again and again', doubling(40, (next) => ({ ...twice(next), description: 'd'.repeat(10_000) }))],
  ['a long pattern used again and again', doubling(40, (next) => ({ ...twice(next), pattern: 'p'.repeat(10_000) }))],
  ['a wide enumeration used again', doubling(12, (next) => beside(next, { enum: wide }))],
  ['a wide enumeration of numbers', doubling(12, (next) => beside(next, { enum: range(5_000, (index) => index) }))],
  ['enumerations that cross', doubling(12, (next) => beside(next, { allOf: range(9, () => ({ enum: wide })) }))],
  [
    'alternatives that cross',
    { allOf: range(20, () => ({ anyOf: range(4, String).map((a) => ({ required: [a] })) })) },
  ],
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and nobody awaits it
  ['conditions that cross', { allOf: range(30, (a) => ({ if: {}, then: { required: [`${a}`] } })) }],
  ['a long list of words', doubling(12, (next) => ({ ...twice(next), not: { enum: wide } }))],
  [
    'many values that are null',
    doubling(12, (next) => ({ anyOf: [next, next, ...range(5_000, () => ({ type: 'null' }))] })),
  ],
  ['many required names', doubling(12, (next) => ({ ...twice(next), required: wide, propertyOrdering: wide }))],
  [
    'many useless keywords',
    doubling(12, (next) => ({ ...twice(next), allOf: [{}], ...Object.fromEntries(wide.map((key) => [key, 1])) })),
  ],
  ['many parts of allOf', { allOf: range(8_000, (index) => ({ properties: { [`p${index}`]: { type: 'string' } } })) }],
  ['many properties', { type: 'object', properties: Object.fromEntries(range(12_000, (index) => [`p${index}`, {}])) }],
  [
    'a chain of references',
    {
      properties: { x: { $ref: '#/$defs/d0' } },
      $defs: Object.fromEntries(range(5_000, (index) => [`d${index}`, { $ref: `#/$defs/d${index + 1}` }])),
    },
  ],
  [
    'a chain within allOf',
    {
      properties: { x: { $ref: '#/$defs/d0' } },
      $defs: Object.fromEntries(range(5_000, (index) => [`d${index}`, { allOf: [{ $ref: `#/$defs/d${index + 1}` }] }])),
    },
  ],
  [
    'definitions that use each other',
    {
      properties: { x: { $ref: '#/$defs/d0' } },
      $defs: Object.fromEntries(
        range(30, (index) => [
          `d${index}`,
          { properties: Object.fromEntries(range(30, (other) => [`p${other}`, { $ref: `#/$defs/d${other}` }])) },
        ]),
      ),
    },
  ],
  ['definitions within definitions', doubling(40, (next) => ({ ...twice(next), $defs: { d: twice(next) } }))],
  [
    'references written with escapes',
    {
      properties: { x: { $ref: '#/$defs/a~1b0' } },
      $defs: Object.fromEntries(range(40, (index) => [`a/b${index}`, twice({ $ref: `#/$defs/a~1b${index + 1}` })])),
    },
  ],
  [
    'a long reference used again',
    doubling(40, (next) => twice({ $ref: `#${'/'.repeat(20_000)}${String(next['$ref']).slice(2)}` })),
  ],
  [
    'many references in one allOf',
    {
      allOf: range(4_000, (index) => ({ $ref: `#/$defs/d${index}` })),
      $defs: Object.fromEntries(range(4_000, (index) => [`d${index}`, { properties: { a: {} } }])),
    },
  ],
  [
    'many types beside many keywords',
    { ...Object.fromEntries(wide.map((key) => [key, 1])), type: range(5_000, () => 'string') },
  ],
  ['a long word for a type', doubling(14, (next) => ({ ...twice(next), type: 'x'.repeat(100_000) }))],
];

/** What is said twice counts once; all others are past the budget. */
const FITTING: ReadonlySet<string> = new Set([
  'allOf that doubles',
  'lists of types',
  'a long list of words',
  'many useless keywords',
  'many parts of allOf',
  'many references in one allOf',
  'many types beside many keywords',
]);

describe('[GEM54] what schemas cost is bounded', () => {
  test.each(BOMBS)('[GEM54] by %s', (name, bomb) => {
    const { schema, looks } = watched(bomb);
    const budget = new ConversionBudget();
    const conversion = convertSchema(schema, budget);
    expect(conversion.type).toBe(FITTING.has(name) ? 'converted' : 'too-large');
    expect(budget.steps).toBeLessThanOrEqual(510_000);
    expect(looks()).toBeLessThanOrEqual(2_000_000);
    const sent = conversion.type === 'converted' ? JSON.stringify(conversion.schema ?? {}) : '';
    expect(sent.length).toBeLessThan(270_000);
  });

  test('[GEM54] 10,000 schemas fit, and one more does not', () => {
    const properties = (count: number) =>
      convertSchema({ properties: Object.fromEntries(range(count, (index) => [index, { type: 'string' }])) }).type;
    // The object itself is one.
    expect([properties(9_999), properties(10_000)]).toEqual(['converted', 'too-large']);
  });

  test('[GEM54] 262,144 bytes fit, in UTF-8, and one more does not', () => {
    // {"type":"OBJECT","description":"…"}
    const describedBy = (bytes: number) =>
      convertSchema({ type: 'object', description: `é€😀${'é'.repeat(bytes / 2)}x` });
    expect([describedBy(262_144 - 44), describedBy(262_144 - 42)].map(({ type }) => type)).toEqual([
      'converted',
      'too-large',
    ]);
  });

  test('[GEM54] 128 levels fit, and one more does not', () => {
    const STRING = { type: 'string' };
    const nested = (levels: number) =>
      convertSchema({ properties: { x: range(levels - 2, String).reduce<Schema>((items) => ({ items }), STRING) } })
        .type;
    expect([nested(128), nested(129)]).toEqual(['converted', 'too-large']);
  });
});

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomSchema(seed: number): Schema {
  const pick = random(seed);
  const definitions = 2 + pick(30);
  const reference = (): Schema => ({ $ref: `#/$defs/d${pick(definitions)}` });
  const some = <Value>(make: () => Value): Value[] => range(1 + pick(4), make);
  const schema = (depth: number): Schema => {
    if (depth === 0) return pick(4) === 0 ? { type: 'string' } : reference();
    const inner = (): Schema => schema(depth - 1);
    switch (pick(7)) {
      case 0:
        return { anyOf: some(inner) };
      case 1:
        return { oneOf: some(inner), description: 'd'.repeat(pick(50)) };
      case 2:
        return { allOf: some(inner) };
      case 3:
        return {
          type: some(() => ['object', 'array', 'null', 'string'][pick(4)]),
          items: inner(),
          properties: { x: inner() },
        };
      case 4:
        return { type: 'array', items: inner() };
      case 5:
        return { enum: range(pick(50), String) };
      default:
        return {
          type: 'object',
          properties: Object.fromEntries(some(inner).map((each, index) => [`p${index}`, each])),
          required: range(pick(6), (index) => `p${index}`),
        };
    }
  };
  const $defs = Object.fromEntries(range(definitions, (index) => [`d${index}`, schema(1 + pick(3))]));
  return { type: 'object', properties: { x: schema(2), y: reference() }, $defs };
}

test('[GEM54] of 300 schemas made at random with shared references none takes more steps', () => {
  const types = range(300, (seed) => {
    const { schema, looks } = watched(randomSchema(seed + 1));
    const budget = new ConversionBudget();
    const { type } = convertSchema(schema, budget);
    expect(budget.steps, `seed ${seed + 1}`).toBeLessThanOrEqual(510_000);
    expect(looks(), `seed ${seed + 1}`).toBeLessThanOrEqual(2_000_000);
    return type;
  });
  // Both kinds are among them.
  expect(new Set(types)).toEqual(new Set(['converted', 'too-large']));
});

const tool = (parameters: Schema, name = 't'): ToolDefinition => ({ name, description: 'd', parameters });
const SMALL = { type: 'object', properties: { a: { type: 'string' } } };
const BOMB = doubling(20, twice);

test('[GEM54] past the budget the original goes up where the model takes JSON Schema', () => {
  const config = { ...PLAIN, model: MODELS['3.8'], tools: [tool(SMALL), tool(BOMB)] };
  planGoogleDial(config, OPTIONS);
  const { tools } = buildSetup(config, OPTIONS, profileOfModel(config.model));
  expect(tools?.[0]?.functionDeclarations).toEqual([
    {
      name: 't',
      description: 'd',
      behavior: 'NON_BLOCKING',
      parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
    },
    { name: 't', description: 'd', behavior: 'NON_BLOCKING', parametersJsonSchema: BOMB },
  ]);
});

test.each([
  ['one tool that is too large', [tool(SMALL), tool(BOMB)], 's2s.tools[1].parameters'],
  ['tools that are too many together', range(3, () => tool(doubling(12, twice))), 's2s.tools[1].parameters'],
])('[GEM54] elsewhere %s is refused before anything is dialled, by its path', (_name, tools, path) => {
  let thrown: unknown;
  try {
    planGoogleDial({ ...PLAIN, model: MODELS['2.5-native-audio'], tools }, OPTIONS);
  } catch (error) {
    thrown = error;
  }
  if (!AdapterError.isInstance(thrown)) throw new Error('not refused');
  expect([thrown.code, thrown.path]).toEqual(['BAD_OPTIONS', path]);
  expect(thrown.message).toMatch(/more than 10000 schemas, 262144 bytes or 128 levels\. Use fewer references/);
});

test('[GEM54] checked at mint, the tools of a session are not written anew at each dial', () => {
  const { schema, looks } = watched(SMALL);
  const config = { ...PLAIN, model: MODELS['2.5-native-audio'], tools: [tool(schema)] };
  planGoogleDial(config, OPTIONS);
  const before = looks();
  planGoogleDial({ ...config, continuation: { history: [] } }, OPTIONS);
  buildSetup(config, OPTIONS, profileOfModel(config.model));
  expect(before).toBeGreaterThan(0);
  expect(looks()).toBe(before);
});
