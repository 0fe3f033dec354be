import type { ConversionBudget } from './conversion-budget.ts';
import {
  type Choice,
  isRecord,
  type JsonSchema,
  type Keywords,
  type Kind,
  KINDS,
  kindOf,
  readKeywords,
} from './schema-keywords.ts';
import { describeReference, SchemaReferences } from './schema-references.ts';

/** Copying an alternative costs at least this many steps, since each of them takes memory. */
const COPY_STEPS = 8;

/** One way to satisfy a schema: everything that has to hold together, with no reference or alternative left in it. */
export interface Alternative {
  readonly parts: Set<Keywords>;
  /** The schemas that references led to on the way. */
  readonly followed: Set<unknown>;
  /** What was chosen from, to be told where the choice is lost. */
  readonly choices: Set<Choice>;
}

/**
 * Schemas as the alternatives they leave: `allOf`, references and what stands beside them hold together; `anyOf`,
 * `oneOf`, `if` and dependent schemas are alternatives. A value that a schema accepts satisfies at least one of them.
 */
export class SchemaAlternatives {
  readonly #budget: ConversionBudget;
  readonly #references: SchemaReferences;
  readonly #read = new Map<JsonSchema, Keywords>();
  /** Substitutes for references that are not followed. */
  readonly #stubs = new Map<string, JsonSchema>();
  readonly #deeper: <Result>(work: () => Result) => Result;
  /** Something was left out on the way. */
  isLossy = false;

  /** @param deeper - Every step down from the schema that is asked for goes through it. */
  constructor(root: JsonSchema, budget: ConversionBudget, deeper: <Result>(work: () => Result) => Result) {
    this.#budget = budget;
    this.#references = new SchemaReferences(root, budget);
    this.#deeper = deeper;
  }

  /** @param ancestors - Schemas inside which this one stands, so that recursion is noticed. */
  of(conjunction: readonly unknown[], ancestors: ReadonlySet<unknown>): readonly Alternative[] {
    let found: Alternative[] = [{ parts: new Set(), followed: new Set(), choices: new Set() }];
    for (const schema of conjunction) found = found.flatMap((each) => this.#and(each, schema, ancestors));
    return found;
  }

  /** Adds what a schema asks for. None are left when that cannot be satisfied. */
  #and(alternative: Alternative, schema: unknown, ancestors: ReadonlySet<unknown>): Alternative[] {
    if (schema === false) return [];
    if (!isRecord(schema)) return [alternative];
    this.#budget.work(1);
    const keywords = this.#keywordsOf(schema);
    if (alternative.parts.has(keywords)) return [alternative];
    alternative.parts.add(keywords);
    let found = [alternative];
    for (const reference of keywords.references) {
      found = found.flatMap((each) => this.#follow(each, reference, ancestors));
    }
    for (const part of keywords.allOf) {
      found = found.flatMap((each) => this.#deeper(() => this.#and(each, part, ancestors)));
    }
    for (const choice of keywords.choices) found = found.flatMap((each) => this.#choose(each, choice, ancestors));
    return found;
  }

  #follow(alternative: Alternative, reference: string, ancestors: ReadonlySet<unknown>): Alternative[] {
    const target = this.#references.target(reference);
    if (target === undefined || ancestors.has(target)) {
      this.isLossy = true;
      return this.#and(alternative, this.#stub(reference, target), ancestors);
    }
    if (isRecord(target)) alternative.followed.add(target);
    return this.#deeper(() => this.#and(alternative, target, ancestors));
  }

  #choose(alternative: Alternative, choice: Choice, ancestors: ReadonlySet<unknown>): Alternative[] {
    return choice.schemas.flatMap((schema) => {
      const { parts, followed, choices } = alternative;
      this.#budget.work(COPY_STEPS + parts.size + followed.size + choices.size);
      const copy = { parts: new Set(parts), followed: new Set(followed), choices: new Set(choices).add(choice) };
      return this.#deeper(() => this.#and(copy, schema, ancestors));
    });
  }

  /** Where a reference is not followed, its type is all there is to say. */
  #stub(reference: string, target: unknown): JsonSchema {
    const known = this.#stubs.get(reference);
    if (known !== undefined) return known;
    const description = describeReference(reference);
    const type = isRecord(target) ? (target['type'] ?? ('properties' in target ? 'object' : undefined)) : undefined;
    const stub = type === undefined ? { description } : { type, description };
    this.#stubs.set(reference, stub);
    return stub;
  }

  #keywordsOf(schema: JsonSchema): Keywords {
    const known = this.#read.get(schema);
    if (known !== undefined) return known;
    this.#budget.work(weightOf(schema));
    const keywords = readKeywords(schema);
    this.#read.set(schema, keywords);
    return keywords;
  }
}

/** What reading a schema looks at: its keywords, and what is in its lists and maps. */
function weightOf(schema: JsonSchema): number {
  return Object.values(schema).reduce<number>(
    (sum, value) => sum + 1 + (typeof value === 'object' && value !== null ? Object.keys(value).length : 0),
    0,
  );
}

/** What kinds of values an alternative leaves, and whether it leaves all because it says nothing about them. */
export function kindsOf({ parts }: Alternative): { readonly kinds: readonly Kind[]; readonly isAnything: boolean } {
  let left: readonly Kind[] = KINDS;
  const implied = new Set<Kind>();
  let isNamed = false;
  let isNullable = false;
  for (const { kinds, impliedKinds, isNullable: maybe, values } of parts) {
    isNullable ||= maybe;
    if (kinds !== undefined) left = left.filter((kind) => kinds.has(kind));
    if (values !== undefined) {
      const inValues = new Set(values.map((value) => kindOf(value)));
      left = left.filter((kind) => inValues.has(kind));
    }
    isNamed ||= kinds !== undefined || values !== undefined;
    for (const kind of impliedKinds) implied.add(kind);
  }
  if (isNamed) return { kinds: isNullable && !left.includes('null') ? [...left, 'null'] : left, isAnything: false };
  // Where no type is named, what the keywords speak of is meant.
  if (implied.size > 0) return { kinds: [...implied, ...(isNullable ? (['null'] as const) : [])], isAnything: false };
  return { kinds: KINDS, isAnything: true };
}
