import type { ConversionBudget } from './conversion-budget.ts';
import { isRecord, type JsonSchema } from './schema-keywords.ts';

/** Where nothing says where the schema lives. */
const NOWHERE = 'schema:/';
/** Names of maps and lists are no schemas; what stands in these is data. */
const DATA_KEYWORDS: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'required']);

/** Deeper names are not found; a deeper walk could overflow the stack. */
const MAX_LEVELS = 512;

/** What the references of one schema stand for. */
export class SchemaReferences {
  readonly #root: JsonSchema;
  readonly #budget: ConversionBudget;
  readonly #base: string;
  readonly #targets = new Map<string, unknown>();
  /** Schemas with a name of their own, by `$id`, `#` and `$anchor`. */
  #named: Map<string, JsonSchema> | undefined;

  constructor(root: JsonSchema, budget: ConversionBudget) {
    this.#root = root;
    this.#budget = budget;
    const id = root['$id'] ?? root['id'];
    this.#base = typeof id === 'string' ? resolve(id, NOWHERE) : NOWHERE;
  }

  /** `undefined` where there is nothing, or something elsewhere. */
  target(reference: string): unknown {
    this.#budget.work(reference.length);
    if (!this.#targets.has(reference)) this.#targets.set(reference, this.#lookUp(reference));
    return this.#targets.get(reference);
  }

  #lookUp(reference: string): unknown {
    const [address, fragment] = splitAt(reference, reference.indexOf('#'));
    const document = address === '' ? this.#root : this.#find(resolve(address, this.#base));
    if (document === undefined || fragment === '') return document;
    const pointer = decodeFragment(fragment);
    if (pointer.startsWith('/')) return follow(document, pointer);
    return this.#find(`${address === '' ? '' : resolve(address, this.#base)}#${pointer}`) ?? this.#find(`#${pointer}`);
  }

  #find(name: string): JsonSchema | undefined {
    if (this.#named === undefined) {
      this.#named = new Map();
      this.#collect(this.#root, this.#base, this.#named, 0);
    }
    return this.#named.get(name);
  }

  #collect(value: unknown, base: string, named: Map<string, JsonSchema>, depth: number): void {
    if (depth > MAX_LEVELS) return;
    this.#budget.work(1);
    if (Array.isArray(value)) {
      for (const each of value as unknown[]) this.#collect(each, base, named, depth + 1);
      return;
    }
    if (!isRecord(value)) return;
    const id = value['$id'] ?? value['id'];
    let inner = base;
    if (typeof id === 'string') {
      // The old way to write an anchor.
      if (id.startsWith('#')) named.set(id, value);
      else named.set((inner = resolve(id, base)), value);
    }
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = value[keyword];
      if (typeof anchor !== 'string') continue;
      named.set(`#${anchor}`, value);
      named.set(`${inner}#${anchor}`, value);
    }
    for (const [key, each] of Object.entries(value)) {
      if (!DATA_KEYWORDS.has(key)) this.#collect(each, inner, named, depth + 1);
    }
  }
}

/** A reference that is not followed, in words: its name is all there is to say. */
export function describeReference(reference: string): string {
  const name = decodeFragment(reference.split(/[/#]/).at(-1) ?? '');
  return `Nested like ${name === '' ? 'its parent' : name.slice(0, 100)}.`;
}

function splitAt(text: string, index: number): [before: string, after: string] {
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

/** References are URIs: what stands in their fragments is percent-encoded first and `~`-encoded inside that. */
function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function follow(document: JsonSchema, pointer: string): unknown {
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  // Some generators write empty steps, which by the letter are keys.
  return (
    walk(document, steps) ??
    walk(
      document,
      steps.filter((step) => step !== ''),
    )
  );
}

function walk(document: unknown, steps: readonly string[]): unknown {
  let value = document;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as JsonSchema)[step];
  }
  return value;
}

function resolve(address: string, base: string): string {
  try {
    return new URL(address, base).href.replace(/#$/, '');
  } catch {
    return address;
  }
}
