import { expect, test } from 'vitest';
import { exampleArguments } from './example-arguments.ts';

test('[ECH10] required properties get example values of their type, others are left out', () => {
  const parameters = {
    type: 'object',
    properties: {
      city: { type: 'string' },
      unit: { enum: ['celsius', 'fahrenheit'] },
      days: { type: 'integer', minimum: 3 },
      exact: { type: 'boolean' },
      kind: { const: 'weather' },
      lang: { type: 'string', default: 'en' },
      tags: { type: 'array', minItems: 2, items: { type: 'string', examples: ['rain'] } },
      place: { type: 'object', properties: { lat: { type: 'number' } }, required: ['lat'] },
      either: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
      maybe: { type: ['string', 'null'], minLength: 9 },
      optional: { type: 'string' },
    },
    required: ['city', 'unit', 'days', 'exact', 'kind', 'lang', 'tags', 'place', 'either', 'maybe', 'undescribed'],
  };
  expect(JSON.parse(exampleArguments(parameters))).toEqual({
    city: 'example',
    unit: 'celsius',
    days: 3,
    exact: true,
    kind: 'weather',
    lang: 'en',
    tags: ['rain', 'rain'],
    place: { lat: 1 },
    either: 1,
    maybe: 'example..',
    undescribed: 'example',
  });
});

test('[ECH10] a schema without required properties gives an empty object', () => {
  expect(exampleArguments({})).toBe('{}');
  expect(exampleArguments({ type: 'object', properties: { a: { type: 'string' } } })).toBe('{}');
});

test('[ECH19] lists and strings have a bound, whatever a schema asks for', () => {
  const deep = { type: 'array', minItems: 1e9, items: { type: 'string', minLength: 1e9 } };
  const parameters = { properties: { deep: { type: 'array', minItems: 1e9, items: deep } }, required: ['deep'] };
  expect(exampleArguments(parameters).length).toBe(1843);
});
