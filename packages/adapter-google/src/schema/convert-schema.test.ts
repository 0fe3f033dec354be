import { parseExactJson } from '@speko/protocol';
import { expect, test } from 'vitest';
import { convertSchema } from './convert-schema.ts';

const convert = (parameters: Record<string, unknown>) => {
  const conversion = convertSchema(parameters);
  if (conversion.type === 'too-large') throw new Error('past the budget');
  return conversion;
};

const property = (schema: unknown) => {
  const { schema: converted, isComplete } = convert({ type: 'object', properties: { x: schema } });
  return { x: converted?.properties?.['x'], isComplete };
};

test.each([
  [{ type: 'string' }, { type: 'STRING' }],
  [
    { type: 'Integer', minimum: 1, maximum: 9, exclusiveMinimum: 0, multipleOf: 2 },
    { type: 'INTEGER', minimum: 1, maximum: 9, description: 'More than 0. A multiple of 2.' },
  ],
  [
    { type: ['string', 'null'], description: 'maybe' },
    { type: 'STRING', nullable: true, description: 'maybe' },
  ],
  [{ type: ['string', 'number'] }, { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }] }],
  [
    { type: 'string', anyOf: [{ type: 'string' }, { type: 'null' }] },
    { type: 'STRING', nullable: true },
  ],
  [
    { oneOf: [{ type: 'number' }, { type: 'boolean' }], description: 'd' },
    { anyOf: [{ type: 'NUMBER', description: 'd' }, { type: 'BOOLEAN' }] },
  ],
  [
    { anyOf: [{ type: 'string' }, { const: null, description: 'None.' }], description: 'Which.' },
    { type: 'STRING', nullable: true, description: 'Which. None.' },
  ],
  [{ anyOf: [{ type: 'null' }] }, { type: 'STRING', nullable: true, description: 'Always null.' }],
  [{ const: 'a' }, { type: 'STRING', enum: ['a'] }],
  [{ enum: ['a', 'b'] }, { type: 'STRING', enum: ['a', 'b'] }],
  [
    { enum: [1, 2], description: 'Size.' },
    { type: 'INTEGER', description: 'Size. One of: 1, 2.' },
  ],
  [{ const: true }, { type: 'BOOLEAN', description: 'One of: true.' }],
  [
    { type: 'string', minLength: 1, maxLength: 5, format: 'email', pattern: '^a', default: 'x', examples: ['y'] },
    { type: 'STRING', pattern: '^a', minLength: '1', maxLength: '5', description: 'Format: email.' },
  ],
  [
    { type: 'string', format: 'date-time' },
    { type: 'STRING', format: 'date-time' },
  ],
  // A format of another type is refused. Protobuf writes the first for each 64-bit integer.
  [
    { type: 'string', format: 'int64' },
    { type: 'STRING', description: 'Format: int64.' },
  ],
  [
    { type: 'integer', format: 'int64' },
    { type: 'INTEGER', format: 'int64' },
  ],
  [
    { type: 'number', format: 'int32' },
    { type: 'NUMBER', description: 'Format: int32.' },
  ],
  [
    { type: ['string', 'integer'], format: 'int64' },
    {
      anyOf: [
        { type: 'STRING', description: 'Format: int64.' },
        { type: 'INTEGER', format: 'int64' },
      ],
    },
  ],
  [
    { type: 'string', format: 'enum', enum: ['', 'a'] },
    { type: 'STRING', description: 'One of: "", "a".' },
  ],
  [
    { type: 'array', items: { type: 'number' }, minItems: 1, uniqueItems: true },
    { type: 'ARRAY', items: { type: 'NUMBER' }, minItems: '1', description: 'No two alike.' },
  ],
  [{ type: 'object', additionalProperties: false, patternProperties: {} }, { type: 'OBJECT' }],
  [
    { properties: { a: { type: 'string' } }, required: ['a'], propertyOrdering: ['a', 'missing'] },
    { type: 'OBJECT', properties: { a: { type: 'STRING' } }, required: ['a'], propertyOrdering: ['a'] },
  ],
  [
    {
      allOf: [
        { properties: { a: { type: 'string' } }, required: ['a'] },
        { properties: { b: { type: 'number' } }, required: ['b'] },
      ],
      description: 'both',
    },
    {
      type: 'OBJECT',
      description: 'both',
      properties: { a: { type: 'STRING' }, b: { type: 'NUMBER' } },
      required: ['a', 'b'],
    },
  ],
])('[GEM6] %j becomes %j', (schema, expected) => {
  expect(property(schema)).toEqual({ x: expected, isComplete: true });
});

// Values of no type: each type there is, and lists of them as deep as one may say.
const SCALARS = [{ type: 'STRING', nullable: true }, { type: 'NUMBER' }, { type: 'BOOLEAN' }, { type: 'OBJECT' }];
const LIST = { type: 'ARRAY', items: { anyOf: [...SCALARS, { type: 'ARRAY', items: { anyOf: SCALARS } }] } };
const ANYTHING = { anyOf: [...SCALARS, LIST] };

/** What is said to models that take nothing else, while others get the original. */
test.each([
  ['anything', true, ANYTHING],
  ['nothing named', {}, ANYTHING],
  ['nothing at all', false, { type: 'STRING', description: 'Must be left out.' }],
  ['a list of anything', { type: 'array' }, { type: 'ARRAY', items: ANYTHING }],
  [
    'a map',
    { type: 'object', additionalProperties: { type: 'string' } },
    { type: 'OBJECT', description: 'Also, in JSON Schema: {"additionalProperties":{"type":"string"}}' },
  ],
  [
    'a map by patterns',
    { type: 'object', description: 'Tags.', patternProperties: { '^x-': {} } },
    { type: 'OBJECT', description: 'Tags. Also, in JSON Schema: {"patternProperties":{"^x-":{}}}' },
  ],
  [
    'what is forbidden',
    { type: 'string', not: { const: 'a' } },
    { type: 'STRING', description: 'Also, in JSON Schema: {"not":{"const":"a"}}' },
  ],
  [
    'either property',
    { properties: { a: { type: 'string' }, b: { type: 'string' } }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    {
      type: 'OBJECT',
      properties: { a: { type: 'STRING' }, b: { type: 'STRING' } },
      description: 'Also, in JSON Schema: {"anyOf":[{"required":["a"]},{"required":["b"]}]}',
    },
  ],
  [
    'a condition',
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and nobody awaits it
    { type: 'object', properties: { a: { type: 'string' } }, if: { required: ['a'] }, then: { required: ['b'] } },
    {
      type: 'OBJECT',
      properties: { a: { type: 'STRING' } },
      description: 'Also, in JSON Schema: {"if":{"required":["a"]},"then":{"required":["b"]}}',
    },
  ],
  [
    'a tuple, new',
    { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }], items: false },
    {
      type: 'ARRAY',
      items: { anyOf: [{ type: 'NUMBER' }, { type: 'STRING' }] },
      maxItems: '2',
      description: 'Also, in JSON Schema: {"prefixItems":[{"type":"number"},{"type":"string"}],"items":false}',
    },
  ],
  [
    'a tuple, old',
    { type: 'array', items: [{ type: 'number' }], additionalItems: { type: 'boolean' } },
    {
      type: 'ARRAY',
      items: { anyOf: [{ type: 'NUMBER' }, { type: 'BOOLEAN' }] },
      description: 'Also, in JSON Schema: {"items":[{"type":"number"}],"additionalItems":{"type":"boolean"}}',
    },
  ],
  [
    'something required that is not described',
    { required: ['a'] },
    { type: 'OBJECT', properties: { a: ANYTHING }, required: ['a'] },
  ],
])('[GEM6] %s is told as far as that goes', (_name, schema, expected) => {
  expect(property(schema)).toEqual({ x: expected, isComplete: false });
});

test.each([
  [
    { type: 'string', enum: ['', 'shell'] },
    { type: 'STRING', description: 'One of: "", "shell".' },
  ],
  [{ type: 'string', enum: [] }, { type: 'STRING' }],
  [{ const: '' }, { type: 'STRING', description: 'One of: "".' }],
  [{ enum: ['x', null] }, { type: 'STRING', enum: ['x'], nullable: true }],
  [
    { enum: ['x', 1, true] },
    {
      anyOf: [
        { type: 'STRING', enum: ['x'] },
        { type: 'INTEGER', description: 'One of: 1.' },
        { type: 'BOOLEAN', description: 'One of: true.' },
      ],
    },
  ],
  [{ anyOf: [{ const: 'n' }, { const: 's' }, { type: 'null' }] }, { type: 'STRING', enum: ['n', 's'], nullable: true }],
  [{ allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] }, { type: 'STRING', enum: ['b'] }],
])('[GEM6] the values of %j become %j', (schema, expected) => {
  expect(property(schema)).toEqual({ x: expected, isComplete: true });
});

test('[GEM6] an enumeration in words is bounded', () => {
  const values = Array.from({ length: 1000 }, (_, index) => index);
  const { x } = property({ enum: values });
  expect(x?.description).toMatch(/^One of: 0, 1, 2, .* and others\.$/);
  expect(x?.description?.length).toBeLessThan(550);
});

test('[GEM6, JS1] numbers beyond 2^53 in a schema are told digit by digit', () => {
  const { x } = property(parseExactJson('{"enum":[2512292042121000001],"minimum":9007199254740993}'));
  expect(x).toEqual({ type: 'INTEGER', description: 'One of: 2512292042121000001. At least 9007199254740993.' });
});

test('[GEM6, JS1] a property may be called `__proto__`', () => {
  const { schema } = convert(
    parseExactJson('{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}') as Record<
      string,
      unknown
    >,
  );
  expect(JSON.stringify(schema)).toBe(
    '{"type":"OBJECT","required":["__proto__"],"properties":{"__proto__":{"type":"STRING"}}}',
  );
});

test('[GEM6] alternatives of objects without a type that they share stay apart, with what stands beside them', () => {
  const { schema } = convert({
    properties: {
      x: {
        type: 'object',
        properties: { id: { type: 'string' } },
        oneOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: { type: 'number' } }, required: ['b'] }],
      },
    },
  });
  expect(schema?.properties?.['x']).toEqual({
    anyOf: [
      { type: 'OBJECT', properties: { id: { type: 'STRING' }, a: { type: 'STRING' } } },
      { type: 'OBJECT', properties: { id: { type: 'STRING' }, b: { type: 'NUMBER' } }, required: ['b'] },
    ],
  });
});

test('[GEM6] the parameters are one object, whatever their alternatives', () => {
  const variant = (kind: string, more: object) => ({
    type: 'object',
    properties: { kind: { const: kind }, ...more },
    required: ['kind'],
    additionalProperties: false,
  });
  const { schema, isComplete } = convert({
    oneOf: [variant('a', { x: { type: 'string' } }), variant('b', { y: { type: 'number' } })],
  });
  expect(schema).toMatchObject({
    type: 'OBJECT',
    properties: { kind: { type: 'STRING', enum: ['a', 'b'] }, x: { type: 'STRING' }, y: { type: 'NUMBER' } },
    required: ['kind'],
  });
  expect(isComplete).toBe(false);
});

test.each([
  ['percent-encoded', '#/$defs/Page%3CUser%3E'],
  ['escaped', '#/$defs/a~1b'],
  ['both', '#/$defs/a%7E1b'],
  ['into a list', '#/$defs/either/anyOf/1'],
  ['an anchor', '#here'],
  ['an old anchor', '#old'],
  ['an id', 'https://example.com/schemas/user.json'],
  ['an id from where the schema lives', 'user.json'],
  ['a place within it', 'user.json#/$defs/inner'],
])('[GEM6] a reference that is %s is found', (_name, $ref) => {
  const target = { type: 'integer' };
  const { schema } = convert({
    $id: 'https://example.com/schemas/root.json',
    type: 'object',
    properties: { x: { $ref } },
    $defs: {
      either: { anyOf: [{}, target] },
      'Page<User>': target,
      'a/b': target,
      anchored: { $anchor: 'here', ...target },
      old: { $id: '#old', ...target },
      user: { $id: 'user.json', ...target, $defs: { inner: target } },
    },
  });
  expect(schema?.properties?.['x']).toEqual({ type: 'INTEGER' });
});

test('[GEM6] references are put in place', () => {
  const { schema, isComplete } = convert({
    type: 'object',
    properties: { home: { $ref: '#/$defs/address', description: 'Where to.' }, work: { $ref: '#/$defs/address' } },
    $defs: { address: { type: 'object', properties: { street: { type: 'string' } } } },
  });
  const address = { type: 'OBJECT', properties: { street: { type: 'STRING' } } };
  expect(schema?.properties).toEqual({ home: { ...address, description: 'Where to.' }, work: address });
  expect(isComplete).toBe(true);
});

test('[GEM6] references inside `allOf`, as generators of schemas write them, are put in place', () => {
  const { schema, isComplete } = convert({
    type: 'object',
    properties: { home: { allOf: [{ $ref: '#/$defs/flat' }], description: 'Where to.' } },
    $defs: {
      address: { type: 'object', properties: { street: { type: 'string' } }, required: ['street'] },
      flat: { allOf: [{ $ref: '#/$defs/address' }, { properties: { floor: { type: 'integer' } } }] },
    },
  });
  expect(schema?.properties?.['home']).toEqual({
    type: 'OBJECT',
    description: 'Where to.',
    properties: { street: { type: 'STRING' }, floor: { type: 'INTEGER' } },
    required: ['street'],
  });
  expect(isComplete).toBe(true);
  const endless = {
    type: 'object',
    properties: { x: { $ref: '#/$defs/a' } },
    $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } },
  };
  expect(convert(endless).isComplete).toBe(false);
});

test('[GEM6] recursion is cut, maps lose their values, and both are told', () => {
  const tree = {
    type: 'object',
    properties: { root: { $ref: '#/$defs/node' } },
    $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
  };
  expect(convert(tree)).toEqual({
    type: 'converted',
    schema: {
      type: 'OBJECT',
      properties: {
        root: { type: 'OBJECT', properties: { next: { type: 'OBJECT', description: 'Nested like node.' } } },
      },
    },
    isComplete: false,
  });
  expect(property({ type: 'object', additionalProperties: { type: 'string' } }).isComplete).toBe(false);
  expect(property({ $ref: 'https://elsewhere' }).isComplete).toBe(false);
  expect(property(true).isComplete).toBe(false);
});

test.each([{}, { type: 'object', properties: {} }, { type: ['object', 'null'] }, { type: 'string' }])(
  '[GEM6] %j has no parameters to tell of',
  (parameters) => {
    expect(convert(parameters)).toEqual({ type: 'converted', schema: undefined, words: undefined, isComplete: true });
  },
);

test('[GEM6] parameters without a name are told in words', () => {
  expect(convert({ type: 'object', description: 'Tags.', additionalProperties: { type: 'string' } })).toEqual({
    type: 'converted',
    schema: undefined,
    words: 'Tags. Also, in JSON Schema: {"additionalProperties":{"type":"string"}}',
    isComplete: false,
  });
});
