// What reaches the model of 500 generated schemas, judged by Ajv and by what Google documents.
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { findRefusals, fits, type SentSchema } from './__fixtures__/google-schema-check.ts';
import { type Dialect, makeSchema, makeValue, picker, resolve, type Schema } from './__fixtures__/make-schema.ts';
import { MODELS, startCodec } from './__fixtures__/start-codec.ts';

// Compiling is what takes the time here.
const OPTIONS = {
  strict: false,
  validateSchema: false,
  meta: false,
  addUsedSchema: false,
  validateFormats: false,
  inlineRefs: false,
  code: { optimize: false },
};
const JUDGES = { 'draft-07': new Ajv(OPTIONS), '2020-12': new Ajv2020(OPTIONS) };
const ROUNDS = 20;
const SCHEMAS_PER_ROUND = 25;
const VALUES = 10;

function compile(schema: Schema, dialect: Dialect): ValidateFunction {
  return JUDGES[dialect].compile(schema);
}

/** The declaration as the vendor receives it. */
function declare(parameters: Schema, model: string): Readonly<Record<string, Schema | undefined>> {
  const { hello } = startCodec({ model, tools: [{ name: 'f', description: 'd', parameters }] });
  const setup = hello()[0]?.['setup'] as { tools: { functionDeclarations: Schema[] }[] };
  return setup.tools[0]?.functionDeclarations[0] as Readonly<Record<string, Schema | undefined>>;
}

/** Names and descriptions anywhere, with `not` left out. */
function textsIn(schema: unknown, isMap = false): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (isMap) return [key, ...textsIn(value)];
    if (key === 'description') return [String(value)];
    if (key === 'properties') return textsIn(value, true);
    if (key === 'definitions' || key === '$defs') return [];
    return ['enum', 'const', 'not'].includes(key) ? [] : textsIn(value);
  });
}

/** What is required on the way through plain objects, and missing in what is sent. */
function missingRequired(root: Schema, given: unknown, sent: SentSchema | undefined, path: string): string[] {
  if (typeof given !== 'object' || given === null) return [];
  let schema = given as Schema;
  if (typeof schema['$ref'] === 'string') schema = resolve(root, schema['$ref']) as Schema;
  if (schema['type'] !== 'object' || sent?.['type'] !== 'OBJECT') return [];
  // Recursion ends somewhere.
  if (schema !== given && sent['properties'] === undefined) return [];
  const kept = (sent['required'] ?? []) as readonly string[];
  const lost = ((schema['required'] ?? []) as string[]).filter((name) => !kept.includes(name));
  const inside = (sent['properties'] ?? {}) as Record<string, SentSchema>;
  return [
    ...lost.map((name) => `${path}.${name}`),
    ...Object.entries((schema['properties'] ?? {}) as Schema).flatMap(([name, each]) =>
      missingRequired(root, each, Object.hasOwn(inside, name) ? inside[name] : undefined, `${path}.${name}`),
    ),
  ];
}

/** Schemas made from a seed, each with values that it accepts. */
function* examples(round: number) {
  for (let index = 0; index < SCHEMAS_PER_ROUND; index += 1) {
    const seed = round * SCHEMAS_PER_ROUND + index;
    const dialect: Dialect = seed % 2 === 0 ? '2020-12' : 'draft-07';
    const pick = picker(seed);
    const schema = makeSchema(pick, dialect);
    const accepts = compile(schema, dialect);
    const values = Array.from({ length: VALUES }, () => makeValue(pick, schema)).filter((value) => accepts(value));
    yield { dialect, schema, values, where: `seed ${seed}: ${JSON.stringify(schema)}` };
  }
}

describe('[GEM6] of generated schemas nothing is lost', () => {
  const seen = { values: 0, schemas: 0, originals: 0 };

  test.each(Array.from({ length: ROUNDS }, (_, round) => [round]))('[GEM6] round %i', (round) => {
    for (const { dialect, schema, values, where } of examples(round)) {
      seen.values += values.length;
      seen.schemas += Math.sign(values.length);
      const sent = declare(schema, MODELS['2.5-native-audio'])['parameters'] ?? {};
      expect(findRefusals(sent), where).toEqual([]);
      const unfit = values.filter((value) => !fits(sent, value));
      expect(unfit, where).toEqual([]);
      const json = JSON.stringify(sent);
      const lost = textsIn(schema).filter((text) => !json.includes(text));
      expect(lost, where).toEqual([]);
      expect(missingRequired(schema, schema, sent, ''), where).toEqual([]);

      const { parameters, parametersJsonSchema } = declare(schema, MODELS['3.8']);
      if (parametersJsonSchema === undefined) {
        expect(parameters, where).toEqual(sent);
        continue;
      }
      seen.originals += 1;
      expect(JSON.stringify(parametersJsonSchema), where).not.toMatch(/"enum":\["",/);
      if (JSON.stringify(parametersJsonSchema) === JSON.stringify(schema)) continue;
      const takes = compile(parametersJsonSchema, dialect);
      expect(
        values.filter((value) => !takes(value)),
        where,
      ).toEqual([]);
    }
  });

  test('[GEM6] most of them accept some of the values, and many go up as they are', () => {
    expect(seen.schemas).toBeGreaterThan(400);
    expect(seen.values).toBeGreaterThan(2000);
    expect(seen.originals).toBeGreaterThan(200);
  });
});
