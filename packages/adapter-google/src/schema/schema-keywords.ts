import { isExactInteger } from '@speko/protocol/lean';

/** A JSON Schema that is an object; `true` and `false` are the others. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Kind of a value. A number is an integer or a fraction, so that `integer` within `number` is a matter of sets. */
export type Kind = 'string' | 'integer' | 'fraction' | 'boolean' | 'object' | 'array' | 'null';

export const KINDS: readonly Kind[] = ['string', 'integer', 'fraction', 'boolean', 'object', 'array', 'null'];

/** Sizes that may be said, the lower bound of each pair first. */
export const SIZES = {
  string: ['minLength', 'maxLength'],
  array: ['minItems', 'maxItems'],
  object: ['minProperties', 'maxProperties'],
} as const;

type SizeKeyword = (typeof SIZES)[keyof typeof SIZES][number];

/** Alternatives of which one has to hold, and the keyword they stand in. */
export interface Choice {
  readonly schemas: readonly unknown[];
  /** As it was written, for words, unless it is among the words of its schema anyway. */
  readonly written: JsonSchema | undefined;
}

/** Told only in words: sentences, and keywords that are quoted. */
export interface Words {
  readonly sentences: readonly string[];
  /** Not a bound on a value, but on its structure: to leave it out is a loss. */
  readonly quoted: JsonSchema | undefined;
}

/** One schema, read once: each keyword in the only form in which it means something. */
export interface Keywords {
  /** `undefined` where the schema names no type. */
  readonly kinds: ReadonlySet<Kind> | undefined;
  /** Subject of its other keywords. */
  readonly impliedKinds: ReadonlySet<Kind>;
  readonly isNullable: boolean;
  readonly values: readonly unknown[] | undefined;
  readonly references: readonly string[];
  readonly allOf: readonly unknown[];
  readonly choices: readonly Choice[];
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly format: string | undefined;
  readonly pattern: string | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly sizes: Readonly<Partial<Record<SizeKeyword, number>>>;
  /** The schema of each element, if there is one. */
  readonly element: unknown;
  readonly properties: ReadonlyMap<string, unknown>;
  readonly required: readonly string[];
  readonly propertyOrdering: readonly string[];
  /** No property may be given that is not among `properties`. */
  readonly isClosed: boolean;
  /** By what they are about; `any` are about every value. */
  readonly words: Readonly<Record<'any' | 'string' | 'number' | 'array' | 'object', Words>>;
}

const TYPES: ReadonlyMap<string, readonly Kind[]> = new Map([
  ['string', ['string']],
  ['number', ['integer', 'fraction']],
  ['integer', ['integer']],
  ['boolean', ['boolean']],
  ['array', ['array']],
  ['object', ['object']],
  ['null', ['null']],
]);

/** What a keyword speaks of, where a schema names no type. */
const SUBJECTS: ReadonlyMap<string, readonly Kind[]> = new Map(
  (
    [
      [['string'], ['minLength', 'maxLength', 'pattern', 'contentEncoding', 'contentMediaType']],
      [
        ['integer', 'fraction'],
        ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
      ],
      [['array'], ['items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
      [['object'], ['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames']],
      [['object'], ['minProperties', 'maxProperties', 'dependentRequired', 'dependentSchemas', 'dependencies']],
    ] as const
  ).flatMap(([kinds, keywords]) => keywords.map((keyword) => [keyword, kinds] as const)),
);

/** Most schemas have few keywords, and need nothing of their own for the others. */
const NO_KINDS: ReadonlySet<Kind> = new Set();
const NO_PROPERTIES: ReadonlyMap<string, unknown> = new Map();
const NOTHING = {};
const NO_LIST: readonly never[] = [];
const SAYS_NOTHING: Words = { sentences: [], quoted: undefined };
const NO_WORDS = {
  any: SAYS_NOTHING,
  string: SAYS_NOTHING,
  number: SAYS_NOTHING,
  array: SAYS_NOTHING,
  object: SAYS_NOTHING,
};
/** Without any of the others a schema says all in its own keywords. */
const PLAIN_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'type title description enum const properties required anyOf oneOf allOf $ref pattern format minLength ' +
    'maxLength minProperties maxProperties propertyOrdering nullable $defs definitions default examples'
  ).split(' '),
);

/** Reads a schema. Each keyword is looked at once, and lists are copied. */
export function readKeywords(schema: JsonSchema): Keywords {
  const given = new Map(Object.entries(schema));
  const closing = given.get('additionalProperties');
  const tuple = readTuple(given);
  const choices = readChoices(given);
  return {
    kinds: readKinds(given.get('type')),
    impliedKinds: readSubjects(given),
    // Beside a type that leaves no room for it, `null` among the alternatives still counts.
    isNullable: given.get('nullable') === true || choices.some(({ schemas }) => schemas.some((each) => isNull(each))),
    values: given.has('const') ? [given.get('const')] : filledList(given.get('enum')),
    references: ['$ref', '$dynamicRef', '$recursiveRef'].flatMap((keyword) => textOf(given.get(keyword)) ?? []),
    allOf: filledList(given.get('allOf')) ?? NO_LIST,
    choices,
    title: textOf(given.get('title')),
    description: textOf(given.get('description')),
    format: textOf(given.get('format')),
    pattern: textOf(given.get('pattern')),
    minimum: numberOf(given.get('minimum')),
    maximum: numberOf(given.get('maximum')),
    sizes: readSizes(given, tuple?.maxItems),
    element: tuple?.element,
    properties: given.has('properties') ? new Map(Object.entries(recordOf(given.get('properties')))) : NO_PROPERTIES,
    required: textsOf(given.get('required')),
    propertyOrdering: textsOf(given.get('propertyOrdering')),
    isClosed: closing === false && Object.keys(recordOf(given.get('patternProperties'))).length === 0,
    words: Object.keys(schema).every((keyword) => PLAIN_KEYWORDS.has(keyword))
      ? NO_WORDS
      : readWords(given, tuple?.isPositional === true),
  };
}

type Given = ReadonlyMap<string, unknown>;

function readSubjects(given: Given): ReadonlySet<Kind> {
  let found: Set<Kind> | undefined;
  for (const keyword of given.keys()) {
    for (const kind of SUBJECTS.get(keyword) ?? NO_LIST) (found ??= new Set()).add(kind);
  }
  return found ?? NO_KINDS;
}

function readSizes(given: Given, tupleItems: number | undefined): Keywords['sizes'] {
  let found: Partial<Record<SizeKeyword, number>> | undefined;
  for (const keywords of Object.values(SIZES)) {
    for (const keyword of keywords) {
      const size = keyword === 'maxItems' ? (tupleItems ?? sizeOf(given.get(keyword))) : sizeOf(given.get(keyword));
      if (size !== undefined) (found ??= {})[keyword] = size;
    }
  }
  return found ?? NOTHING;
}

function readKinds(type: unknown): ReadonlySet<Kind> | undefined {
  const kinds = new Set((Array.isArray(type) ? type : [type]).flatMap((each) => kindsNamed(each)));
  return kinds.size === 0 ? undefined : kinds;
}

function kindsNamed(type: unknown): readonly Kind[] {
  // A longer one is no type, and reading it each time would add up.
  if (typeof type !== 'string' || type.length > 'integer'.length) return [];
  return TYPES.get(type.toLowerCase()) ?? [];
}

/** The kind of a value in an enumeration. */
export function kindOf(value: unknown): Kind {
  if (isExactInteger(value)) return 'integer';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value as 'boolean' | 'string';
  return 'object';
}

/** Whatever of these holds, one of the alternatives does; `true` stands for all that are not written. */
function readChoices(given: Given): Choice[] {
  const choices: Choice[] = [];
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const schemas = filledList(given.get(keyword));
    if (schemas !== undefined) choices.push({ schemas, written: { [keyword]: schemas } });
  }
  if (given.has('if') && (given.has('then') || given.has('else'))) {
    const schemas = [given.get('then') ?? true, given.get('else') ?? true];
    choices.push({ schemas, written: undefined });
  }
  const dependent = ['dependentSchemas', 'dependencies'].flatMap((keyword) =>
    Object.values(recordOf(given.get(keyword))).filter((each) => isRecord(each)),
  );
  if (dependent.length > 0) choices.push({ schemas: [true, ...dependent], written: undefined });
  return choices;
}

interface Tuple {
  readonly element: unknown;
  readonly maxItems: number | undefined;
  readonly isPositional: boolean;
}

/** Elements by their place, in the old form (`items` is a list) and the new one (`prefixItems`), become one schema. */
function readTuple(given: Given): Tuple | undefined {
  const items = given.get('items');
  const places = Array.isArray(items) ? [...(items as unknown[])] : filledList(given.get('prefixItems'));
  if (places === undefined) {
    if (items === undefined) return undefined;
    return { element: items, maxItems: items === false ? 0 : undefined, isPositional: false };
  }
  const others = Array.isArray(items) ? given.get('additionalItems') : items;
  const maxItems = sizeOf(given.get('maxItems')) ?? Infinity;
  const hasOthers = others !== false && maxItems > places.length;
  const schemas = hasOthers ? [...places, others ?? true] : places;
  return {
    element: schemas.length === 0 ? false : { anyOf: schemas },
    maxItems: hasOthers ? undefined : Math.min(maxItems, places.length),
    isPositional: true,
  };
}

function readWords(given: Given, isTuple: boolean): Keywords['words'] {
  const sentences = (...found: (string | undefined)[]): string[] => found.filter((each) => each !== undefined);
  const say = (keyword: string, words: string): string | undefined => {
    const value = given.get(keyword);
    return typeof value === 'number' || isExactInteger(value) ? `${words} ${JSON.stringify(value)}.` : undefined;
  };
  const open = given.get('additionalProperties');
  return {
    any: {
      sentences: [],
      quoted: quote(given, ['not', 'if', 'then', 'else', 'unevaluatedProperties'].filter(isSchema)),
    },
    string: {
      sentences: sentences(encodingOf(given)),
      quoted: undefined,
    },
    number: {
      sentences: sentences(
        isExactInteger(given.get('minimum')) ? say('minimum', 'At least') : undefined,
        isExactInteger(given.get('maximum')) ? say('maximum', 'At most') : undefined,
        given.get('exclusiveMinimum') === true ? 'More than the minimum.' : say('exclusiveMinimum', 'More than'),
        given.get('exclusiveMaximum') === true ? 'Less than the maximum.' : say('exclusiveMaximum', 'Less than'),
        say('multipleOf', 'A multiple of'),
      ),
      quoted: undefined,
    },
    array: {
      sentences: sentences(given.get('uniqueItems') === true ? 'No two alike.' : undefined),
      quoted: quote(given, [
        ...(isTuple ? ['prefixItems', 'items', 'additionalItems'] : []),
        ...['contains', 'minContains', 'maxContains', 'unevaluatedItems'].filter(isSchema),
      ]),
    },
    object: {
      sentences: [],
      quoted: quote(given, [
        ...(open === undefined || open === false ? [] : ['additionalProperties']),
        ...['patternProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas', 'dependencies'].filter(
          (keyword) => Object.keys(recordOf(given.get(keyword))).length > 0,
        ),
      ]),
    },
  };

  function isSchema(keyword: string): boolean {
    // What forbids everything else needs no words: nothing else is offered.
    return given.has(keyword) && !(keyword.startsWith('unevaluated') && given.get(keyword) === false);
  }
}

function encodingOf(given: Given): string | undefined {
  const encoding = textOf(given.get('contentEncoding'));
  return encoding === undefined ? undefined : `Encoded as ${encoding}.`;
}

function quote(given: Given, keywords: readonly string[]): JsonSchema | undefined {
  const found = keywords.filter((keyword) => given.has(keyword));
  return found.length === 0 ? undefined : Object.fromEntries(found.map((keyword) => [keyword, given.get(keyword)]));
}

function isNull(schema: unknown): boolean {
  return isRecord(schema) && schema['type'] === 'null';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Numbers beyond 2^53 are told in words: rounded they would say something else. */
function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function sizeOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

function filledList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? [...(value as unknown[])] : undefined;
}

function textsOf(value: unknown): readonly string[] {
  const list = filledList(value) ?? NO_LIST;
  return list.every((each) => typeof each === 'string') ? list : NO_LIST;
}

function recordOf(value: unknown): JsonSchema {
  return isRecord(value) ? value : NOTHING;
}

/** An object that is not a number beyond 2^53 in disguise. */
export function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactInteger(value);
}
