/** One adapter's id in every spelling that its files need. */
export interface AdapterNames {
  /** As clients name the provider: `ping-pong`. */
  readonly id: string;
  /** In identifiers that begin with it: `pingPong`. */
  readonly camel: string;
  /** In types: `PingPong`. */
  readonly pascal: string;
  /** For people, as the vendor writes it: `Ping Pong`. */
  readonly display: string;
  /** Environment variables begin with it: `PING_PONG`. */
  readonly constant: string;
  /** Rules of its SPEC.md begin with it: `PING`. */
  readonly rulePrefix: string;
}

/** Longest id: the folder, the package and the frames all carry it. */
const MAX_ID_LENGTH = 30;

/** What an id looks like: the rule that the conformance suite holds adapters to, and a letter first. */
const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What the packages of this repository are called that are no adapter. */
const RESERVED = ['kit', 'testkit'];

/** Why this id cannot be used, as a sentence; `undefined` for one that can. */
export function findFaultOfId(id: string): string | undefined {
  if (RESERVED.includes(id)) return `@speko/adapter-${id} is another package of this repository.`;
  if (!ID.test(id) || id.length > MAX_ID_LENGTH || id.replace(/[^a-z]/g, '').length < 2) {
    return `"${id}" is no id: use lower-case letters, digits and single dashes, a letter first, at least two letters and at most ${MAX_ID_LENGTH} characters, such as acme.`;
  }
  return undefined;
}

/** Why this name for people cannot be used, as a sentence; `undefined` for one that can. It ends up in code and in prose. */
export function findFaultOfName(name: string): string | undefined {
  if (/^[\p{L}\p{N}](?:[\p{L}\p{N} .&-]{0,48}[\p{L}\p{N}])?$/u.test(name)) return undefined;
  return `"${name}" is no name: use letters, digits, spaces and . & -, at most 50 characters, such as "Acme Voice".`;
}

/**
 * Spells an id.
 *
 * @param id - One that {@link findFaultOfId} finds nothing wrong with.
 * @param takenRulePrefixes - Those of other packages.
 * @param display - The vendor's name, which {@link findFaultOfName} finds nothing wrong with; by default made from the id.
 */
export function spellId(id: string, takenRulePrefixes: ReadonlySet<string>, display?: string): AdapterNames {
  const pascal = id
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
  return {
    id,
    camel: `${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}`,
    pascal,
    display: display ?? pascal,
    constant: id.toUpperCase().replaceAll('-', '_'),
    rulePrefix: chooseRulePrefix(id, takenRulePrefixes),
  };
}

/** Two to four letters: the first ones of the id, or with another last one where those are taken. */
function chooseRulePrefix(id: string, taken: ReadonlySet<string>): string {
  const letters = id.toUpperCase().replace(/[^A-Z]/g, '');
  const first = letters.slice(0, 4);
  if (!taken.has(first)) return first;
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
    const prefix = `${letters.slice(0, 3)}${letter}`;
    if (!taken.has(prefix)) return prefix;
  }
  throw new Error(`Every rule prefix that begins like ${first} is taken; choose another id.`);
}
