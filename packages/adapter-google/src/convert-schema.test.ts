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
    { type: 'INTEGER', minimum: 1, maximum: 9 },
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
    { anyOf: [{ type: 'NUMBER' }, { type: 'BOOLEAN' }], description: 'd' },
  ],
  [{ anyOf: [{ type: 'null' }] }, { type: 'STRING', nullable: true }],
  [{ const: 'a' }, { type: 'STRING', enum: ['a'] }],
  [{ enum: ['a', 'b'] }, { type: 'STRING', enum: ['a', 'b'] }],
  [
    { enum: [1, 2], description: 'Size.' },
    { type: 'NUMBER', description: 'Size. One of: 1, 2.' },
  ],
  [{ const: true }, { type: 'BOOLEAN', description: 'One of: true.' }],
  [
    { type: 'string', minLength: 1, maxLength: 5, format: 'email', pattern: '^a', default: 'x', examples: ['y'] },
    { type: 'STRING', pattern: '^a', minLength: '1', maxLength: '5' },
  ],
  [
    { type: 'string', format: 'date-time' },
    { type: 'STRING', format: 'date-time' },
  ],
  [{ type: 'array' }, { type: 'ARRAY', items: { type: 'STRING' } }],
  [
    { type: 'array', items: { type: 'number' }, minItems: 1, uniqueItems: true },
    { type: 'ARRAY', items: { type: 'NUMBER' }, minItems: '1' },
  ],
  [{ items: {} }, { type: 'ARRAY', items: { type: 'STRING' } }],
  [{ type: 'object', additionalProperties: false, not: {}, if: {}, patternProperties: {} }, { type: 'OBJECT' }],
  [
    { properties: { a: { type: 'string' } }, required: ['a', 'missing'], propertyOrdering: ['a'] },
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

test('[GEM6] what has no parameters has no schema, and what is no object becomes one', () => {
  expect(convert({ type: 'object', properties: {} }).schema).toBeUndefined();
  expect(convert({}).schema).toEqual({ type: 'OBJECT' });
  expect(convert({ type: 'string' }).schema).toEqual({ type: 'OBJECT' });
});
