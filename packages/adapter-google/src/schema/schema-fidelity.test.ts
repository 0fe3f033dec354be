// What reaches the model of 500 generated schemas, judged by Ajv and by what Google documents.
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { findRefusals, fits, type SentSchema } from '../__fixtures__/google-schema-check.ts';
import { type Dialect, makeSchema, makeValue, picker, resolve, type Schema } from '../__fixtures__/make-schema.ts';
import { MODELS, startCodec } from '../__fixtures__/start-codec.ts';

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

interface Example {
  readonly dialect: Dialect;
  readonly schema: Schema;
  /** What it accepts. */
  readonly values: readonly unknown[];
}

function makeExample(seed: number): Example {
  const dialect = seed % 2 === 0 ? '2020-12' : 'draft-07';
  const pick = picker(seed);
  const schema = makeSchema(pick, dialect);
  const accepts = compile(schema, dialect);
  const values = Array.from({ length: VALUES }, () => makeValue(pick, schema)).filter((value) => accepts(value));
  return { dialect, schema, values };
}

/** What is wrong with what reaches a model that takes nothing but Google's subset. */
function faultsOfSubset({ schema, values }: Example): string[] {
  const sent = declare(schema, MODELS['2.5-native-audio'])['parameters'] ?? {};
  const json = JSON.stringify(sent);
  return [
    ...findRefusals(sent),
    ...values.filter((value) => !fits(sent, value)).map((value) => `${JSON.stringify(value)} does not fit`),
    ...textsIn(schema).flatMap((text) => (json.includes(text) ? [] : [`${text} is lost`])),
    ...missingRequired(schema, schema, sent, '').map((place) => `${place} is not required any more`),
  ].map((fault) => `${fault}\nsent ${json}`);
}

/** The same of a model that takes JSON Schema, and whether it got that. */
function faultsOfOriginal({ dialect, schema, values }: Example): {
  readonly isJson: boolean;
  readonly faults: string[];
} {
  const { parameters, parametersJsonSchema } = declare(schema, MODELS['3.8']);
  if (parametersJsonSchema === undefined) return { isJson: false, faults: findRefusals(parameters) };
  const sent = JSON.stringify(parametersJsonSchema);
  const refused = /"(?:enum":\[[^\]]*|const":)""/.test(sent) ? [`an empty text in ${sent}`] : [];
  if (sent === JSON.stringify(schema)) return { isJson: true, faults: refused };
  const takes = compile(parametersJsonSchema, dialect);
  const unfit = values.filter((value) => !takes(value)).map((value) => `${JSON.stringify(value)} does not fit ${sent}`);
  return { isJson: true, faults: [...unfit, ...refused] };
}

describe('[GEM6] of generated schemas nothing is lost', () => {
  const seen = { values: 0, schemas: 0, originals: 0 };

  test.each(Array.from({ length: ROUNDS }, (_, round) => [round]))('[GEM6] round %i', (round) => {
    const faults = Array.from({ length: SCHEMAS_PER_ROUND }, (_, index) => {
      const seed = round * SCHEMAS_PER_ROUND + index;
      const example = makeExample(seed);
      const original = faultsOfOriginal(example);
      seen.values += example.values.length;
      seen.schemas += Math.sign(example.values.length);
      seen.originals += original.isJson ? 1 : 0;
      return [...faultsOfSubset(example), ...original.faults].map(
        (fault) => `seed ${seed}: ${JSON.stringify(example.schema)}\n${fault}`,
      );
    });
    expect(faults.flat()).toEqual([]);
  });

  test('[GEM6] most of them accept some of the values, and many go up as they are', () => {
    expect(seen.schemas).toBeGreaterThan(400);
    expect(seen.values).toBeGreaterThan(2000);
    expect(seen.originals).toBeGreaterThan(200);
  });
});
