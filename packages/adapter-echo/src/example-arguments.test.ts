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

test('[ECH19] values have a bound in all, however often a schema asks for them', () => {
  const again = (inner: object): object => ({
    type: 'object',
    properties: { a: inner, b: inner, c: inner, d: inner, e: inner },
    required: [...Array.from({ length: 9_000 }, () => 'a'), 'b', 'c', 'd', 'e'],
  });
  const parameters = [1, 2, 3, 4, 5].reduce<object>(again, { type: 'boolean' }) as Record<string, unknown>;
  const json = exampleArguments(parameters);
  // 5 + 25 + 125 + 625 + 3125 without a bound, even with each name once.
  expect(json.match(/true|null/g)?.length).toBeLessThanOrEqual(500);
  const long = { properties: { a: { default: 'x'.repeat(100_000) } }, required: ['a'] };
  expect(exampleArguments(long)).toBe('{"a":null}');
});
