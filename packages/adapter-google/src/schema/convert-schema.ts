import type { GoogleSchema } from '../google-client-events.ts';
import { ConversionBudget, SchemaTooLarge } from './conversion-budget.ts';
import { FORMATS, SUBJECTS, type Type, typeOf, typesOf } from './google-types.ts';
import { ObjectShapes } from './object-shapes.ts';
import { type Alternative, kindsOf, SchemaAlternatives } from './schema-alternatives.ts';
import { type JsonSchema, type Keywords, type Kind, kindOf, SIZES } from './schema-keywords.ts';
import { addBounds, addSizes } from './schema-limits.ts';
import { SchemaWords } from './schema-words.ts';
import { withoutRepeats } from './without-repeats.ts';

/** A JSON Schema in Google's subset, unless that would take more than its budget. */
export type SchemaConversion =
  | {
      readonly type: 'converted';
      /** Absent for a function without parameters. */
      readonly schema: GoogleSchema | undefined;
      /** What is to be said of the parameters where there is no schema to say it in. */
      readonly words: string | undefined;
      /** Whether all of its structure is described. What is not described is never forbidden. */
      readonly isComplete: boolean;
    }
  | { readonly type: 'too-large' };

/**
 * Writes a JSON Schema in the subset of OpenAPI that every generation of models takes; a keyword that the vendor does not
 * know closes the connection. Whatever the original accepts fits what is written, values of no type as long as they hold
 * no more than three lists in each other. Every property keeps its name and its description, and is required where it is
 * required in any case. What cannot be said is put into words.
 *
 * @param budget - Shared by all that may be converted together. It stays spent.
 */
export function convertSchema(parameters: JsonSchema, budget = new ConversionBudget()): SchemaConversion {
  const converter = new SchemaConverter(parameters, budget);
  try {
    const root = converter.root(parameters);
    if (root?.properties !== undefined) {
      return { type: 'converted', schema: root, words: undefined, isComplete: converter.isComplete };
    }
    // Without any properties an object is refused.
    return { type: 'converted', schema: undefined, words: root?.description, isComplete: converter.isComplete };
  } catch (error) {
    if (error instanceof SchemaTooLarge) return { type: 'too-large' };
    throw error;
  }
}

/** Lists of values of no type end here: a list has to say what is in it. */
const MAX_LISTS_OF_ANYTHING = 2;

type Ancestors = ReadonlySet<unknown>;

/** One schema among the alternatives of a place, written when the others are known. */
type Piece = (nullable: { readonly nullable?: true }) => GoogleSchema;

class SchemaConverter {
  readonly #budget: ConversionBudget;
  readonly #alternatives: SchemaAlternatives;
  readonly #words: SchemaWords;
  readonly #shapes: ObjectShapes;
  #isComplete = true;
  #depth = 0;

  constructor(root: JsonSchema, budget: ConversionBudget) {
    this.#budget = budget;
    this.#words = new SchemaWords(budget);
    this.#shapes = new ObjectShapes(budget);
    this.#alternatives = new SchemaAlternatives(root, budget, (work) => this.#deeper(work));
  }

  get isComplete(): boolean {
    return this.#isComplete && !this.#alternatives.isLossy;
  }

  /** The parameters as one object, whatever their alternatives: a function has no other. */
  root(schema: JsonSchema): GoogleSchema | undefined {
    return this.#deeper(() => {
      const ancestors = new Set([schema]);
      const objects = this.#find([[schema]], ancestors).filter(({ kinds }) => kinds.includes('object'));
      const alternatives = objects.map(({ alternative }) => alternative);
      return alternatives.length === 0 ? undefined : this.#object(alternatives, ancestors, new Set(), {});
    });
  }

  /** @param options - Lists of schemas that hold together; a value satisfies one of the lists. */
  #schema(options: readonly (readonly unknown[])[], ancestors: Ancestors): GoogleSchema {
    return this.#deeper(() => {
      const found = this.#find(options, ancestors);
      const said = new Set<string>();
      const pieces = this.#pieces(found, ancestors, said);
      const nullable = found.some(({ kinds }) => kinds.includes('null')) ? ({ nullable: true } as const) : {};
      if (pieces.length === 0) return this.#nothing(found, nullable);
      // Nothing stands beside `anyOf`: Vertex AI refuses the whole setup for it.
      const result = pieces.length === 1 ? undefined : this.#written({ anyOf: [] });
      const schemas = pieces.map((piece, index) => piece(index === 0 ? nullable : {}));
      const silent = found.flatMap(({ alternative, kinds }) => (typesOf(kinds).length === 0 ? [alternative] : []));
      this.#addDescriptions(schemas[0], silent, said);
      const anyOf = withoutRepeats(schemas);
      return result === undefined || anyOf.length === 1 ? (anyOf[0] ?? {}) : { anyOf };
    });
  }

  /** What is said of alternatives that have no type to say it at, such as `null`. */
  #addDescriptions(schema: GoogleSchema | undefined, silent: readonly Alternative[], said: Set<string>): void {
    const descriptions = descriptionsOf(
      silent.flatMap(({ parts }) => [...parts]),
      said,
    );
    if (schema === undefined || descriptions.length === 0) return;
    this.#budget.json(descriptions);
    schema.description = [...(schema.description === undefined ? [] : [schema.description]), ...descriptions].join(' ');
  }

  #find(options: readonly (readonly unknown[])[], ancestors: Ancestors): readonly Found[] {
    return options.flatMap((conjunction) => {
      this.#budget.work(conjunction.length);
      return this.#alternatives.of(conjunction, ancestors).map((alternative) => {
        for (const { values } of alternative.parts) this.#budget.work(1 + (values?.length ?? 0));
        return { alternative, ...kindsOf(alternative) };
      });
    });
  }

  #pieces(found: readonly Found[], ancestors: Ancestors, said: Set<string>): Piece[] {
    const objects = found.flatMap(({ alternative, kinds, isAnything }) =>
      kinds.includes('object') && !isAnything ? [alternative] : [],
    );
    const areOne = objects.length > 1 && this.#shapes.areOne(objects);
    const pieces: Piece[] = [];
    for (const { alternative, kinds, isAnything } of found) {
      if (isAnything) {
        this.#isComplete = false;
        pieces.push(...this.#anything(alternative, said));
        continue;
      }
      for (const type of typesOf(kinds)) {
        if (type !== 'OBJECT') pieces.push((nullable) => this.#plain(type, alternative, ancestors, said, nullable));
        else if (!areOne) pieces.push((nullable) => this.#object([alternative], ancestors, said, nullable));
        else if (alternative === objects[0])
          pieces.push((nullable) => this.#object(objects, ancestors, said, nullable));
      }
    }
    return pieces;
  }

  /** A schema that accepts nothing, or `null` alone, has no type. */
  #nothing(found: readonly Found[], nullable: { readonly nullable?: true }): GoogleSchema {
    const parts = found.flatMap(({ alternative }) => [...alternative.parts]);
    if (nullable.nullable === undefined) this.#isComplete = false;
    const sentence = nullable.nullable === true ? 'Always null.' : 'Must be left out.';
    const description = this.#words.join(descriptionsOf(parts, new Set()), [sentence]);
    return this.#written({ type: 'STRING', ...nullable, description });
  }

  /** Each type there is; a schema without one is refused. */
  #anything(alternative: Alternative, said: Set<string>): Piece[] {
    const types: readonly Type[] = ['STRING', 'NUMBER', 'BOOLEAN', 'OBJECT', 'ARRAY'];
    return types.map((type, index) => (nullable) => {
      const description = index === 0 ? this.#describe([...alternative.parts], [], said) : {};
      return this.#anythingOf(type, MAX_LISTS_OF_ANYTHING, { ...nullable, ...description });
    });
  }

  #anythingOf(type: Type, lists: number, own: Partial<GoogleSchema>): GoogleSchema {
    const result = this.#written({ type, ...own });
    if (type !== 'ARRAY') return result;
    const types: readonly Type[] = [
      'STRING',
      'NUMBER',
      'BOOLEAN',
      'OBJECT',
      ...(lists > 1 ? (['ARRAY'] as const) : []),
    ];
    result.items = this.#written({ anyOf: [] });
    result.items.anyOf = types.map((each, index) =>
      this.#anythingOf(each, lists - 1, index === 0 ? { nullable: true } : {}),
    );
    return result;
  }

  /** Anything but an object. */
  #plain(
    type: Exclude<Type, 'OBJECT'>,
    alternative: Alternative,
    ancestors: Ancestors,
    said: Set<string>,
    nullable: { readonly nullable?: true },
  ): GoogleSchema {
    const parts = [...alternative.parts];
    this.#budget.work(parts.length);
    const values = this.#valuesOf(parts)?.filter((value) => typeOf(kindOf(value), type === 'NUMBER') === type);
    // An empty text among them is refused, and without it they would forbid what the original allows.
    const isEnum = type === 'STRING' && values?.every((value) => typeof value === 'string' && value !== '') === true;
    if (type === 'ARRAY' && values !== undefined) this.#isComplete = false;
    const own: GoogleSchema = { type, ...nullable };
    const formats = type === 'ARRAY' || type === 'BOOLEAN' ? [] : parts.flatMap(({ format }) => format ?? []);
    const format = formats.find((each) => FORMATS[type]?.has(each) === true);
    if (format !== undefined) own.format = format;
    const patterns = type === 'STRING' ? parts.flatMap(({ pattern }) => pattern ?? []) : [];
    if (patterns[0] !== undefined) own.pattern = patterns[0];
    if (type === 'NUMBER' || type === 'INTEGER') addBounds(own, parts);
    if (type === 'STRING' || type === 'ARRAY') addSizes(own, SIZES[SUBJECTS[type]], [parts]);
    if (isEnum) own.enum = [...new Set(values as string[])];
    const sentences = [
      ...(values === undefined || isEnum ? [] : [this.#words.values(values)]),
      ...patterns.slice(1).map((pattern) => `Also matches ${pattern}`),
      ...formats.flatMap((each) => (each === format || each === 'enum' ? [] : [`Format: ${each}.`])),
    ];
    Object.assign(own, this.#describe(parts, sentences, said, SUBJECTS[type]));
    if (alternative.followed.size === 0 && ancestors.size === 1) Object.assign(own, titleOf(parts));
    const result = this.#written(own);
    if (type !== 'ARRAY') return result;
    const elements = parts.flatMap(({ element }) => (element === undefined ? [] : [element]));
    result.items = this.#schema([elements], this.#within([alternative], ancestors));
    return result;
  }

  /** An object with all the properties that its alternatives have. */
  #object(
    alternatives: readonly Alternative[],
    ancestors: Ancestors,
    said: Set<string>,
    nullable: { readonly nullable?: true },
  ): GoogleSchema {
    const parts = [...new Set(alternatives.flatMap((each) => [...each.parts]))];
    this.#budget.work(parts.length);
    const options = this.#shapes.propertiesOf(alternatives);
    const required = this.#shapes.requiredIn(alternatives);
    for (const name of required) {
      if (options.has(name)) continue;
      // It has to be given, and may be anything.
      options.set(name, [[]]);
      this.#isComplete = false;
    }
    if (alternatives.length > 1) this.#isComplete = false;
    const values = this.#valuesOf(parts);
    if (values !== undefined) this.#isComplete = false;
    const choices = alternatives.length > 1 ? alternatives.flatMap((each) => [...each.choices]) : [];
    const sentences = [
      ...(values === undefined ? [] : [this.#words.values(values.filter((value) => kindOf(value) === 'object'))]),
      ...[...new Set(choices)].flatMap(({ written }) => (written === undefined ? [] : [this.#words.quote(written)])),
    ];
    const own: GoogleSchema = { type: 'OBJECT', ...nullable, ...this.#describe(parts, sentences, said, 'object') };
    if (alternatives.every(({ followed }) => followed.size === 0) && ancestors.size === 1) {
      Object.assign(own, titleOf(parts));
    }
    addSizes(
      own,
      SIZES.object,
      alternatives.map((each) => [...each.parts]),
    );
    if (required.length > 0) own.required = required;
    const ordering = parts.flatMap(({ propertyOrdering }) => propertyOrdering).filter((name) => options.has(name));
    if (ordering.length > 0) own.propertyOrdering = [...new Set(ordering)];
    const result = this.#written(options.size === 0 ? own : { ...own, properties: {} });
    if (options.size === 0) return result;
    const inside = this.#within(alternatives, ancestors);
    const properties: [name: string, schema: GoogleSchema][] = [];
    for (const [name, schemas] of options) {
      this.#budget.json([name]);
      properties.push([name, this.#schema(schemas, inside)]);
    }
    // Not one by one: a name may be `__proto__`.
    result.properties = Object.fromEntries(properties);
    return result;
  }

  /** Values that every enumeration has; `undefined` without any. */
  #valuesOf(parts: readonly Keywords[]): readonly unknown[] | undefined {
    const [first, ...others] = parts.flatMap(({ values }) => (values === undefined ? [] : [values]));
    for (const list of others) this.#budget.work(list.length);
    return others.reduce<readonly unknown[] | undefined>((left, list) => {
      const texts = new Set(list.map((value) => JSON.stringify(value)));
      return left?.filter((value) => texts.has(JSON.stringify(value)));
    }, first);
  }

  /** @param said - Descriptions that stand beside this one already. */
  #describe(
    parts: readonly Keywords[],
    sentences: readonly string[],
    said: Set<string>,
    subject?: 'string' | 'number' | 'array' | 'object',
  ): { description?: string } {
    const words = parts.flatMap((part) => [part.words.any, ...(subject === undefined ? [] : [part.words[subject]])]);
    const quoted = words.flatMap(({ quoted: keywords }) => (keywords === undefined ? [] : [keywords]));
    if (quoted.length > 0) this.#isComplete = false;
    const rest = [
      ...sentences,
      ...words.flatMap((each) => each.sentences),
      ...quoted.map((each) => this.#words.quote(each)),
    ];
    const description = this.#words.join(descriptionsOf(parts, said), [...new Set(rest)]);
    return description === '' ? {} : { description };
  }

  #within(alternatives: readonly Alternative[], ancestors: Ancestors): Ancestors {
    const followed = alternatives.flatMap((each) => [...each.followed]);
    if (followed.length === 0) return ancestors;
    this.#budget.work(ancestors.size + followed.length);
    return new Set([...ancestors, ...followed]);
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
}

interface Found {
  readonly alternative: Alternative;
  readonly kinds: readonly Kind[];
  readonly isAnything: boolean;
}

/** Those that are not among `said`, to which they are added. */
function descriptionsOf(parts: readonly Keywords[], said: Set<string>): string[] {
  const found: string[] = [];
  for (const { description } of parts) {
    if (description === undefined || said.has(description)) continue;
    said.add(description);
    found.push(description);
  }
  return found;
}

function titleOf(parts: readonly Keywords[]): { title?: string } {
  const title = parts.find((part) => part.title !== undefined)?.title;
  return title === undefined ? {} : { title };
}
