/**
 * An integer as it was written, for one that a JavaScript number cannot hold: what `JSON.rawJSON` makes, and
 * `JSON.stringify` writes back digit by digit. A structured clone loses it: across threads it travels as JSON text.
 */
export interface ExactInteger {
  readonly rawJSON: string;
}

// TypeScript's library does not declare these yet. Node has them from version 21 on.
// https://tc39.es/proposal-json-parse-with-source/
interface SourceTextJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): ExactInteger;
  isRawJSON(value: unknown): boolean;
}
const sourceTextJson = JSON as unknown as SourceTextJson;

/** Sixteen digits in a row, without which no integer is beyond 2^53. */
const MAY_HOLD_LARGE_INTEGER = /\d{16}/;
const INTEGER = /^-?\d+$/;
/** Half of a surrogate pair can come out of an escape only: UTF-8 has no bytes for it. */
const MAY_HOLD_SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * Parses JSON without a loss: integers beyond 2^53 become {@link ExactInteger}s, which `JSON.stringify` writes as they
 * were; all other numbers are numbers. An own key `__proto__` is kept as such.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function parseExactJson(text: string): unknown {
  if (!MAY_HOLD_LARGE_INTEGER.test(text)) return JSON.parse(text);
  return sourceTextJson.parse(text, (_key, value, { source }) => exactNumber(value, source));
}

/**
 * {@link parseExactJson} for what enters from outside and is passed on: texts and names in it are made well-formed
 * too. Half of a surrogate pair, which strict parsers refuse, becomes U+FFFD.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function parseWellFormedJson(text: string): unknown {
  if (!MAY_HOLD_SURROGATE.test(text)) return parseExactJson(text);
  return sourceTextJson.parse(text, (_key, value, { source }) => wellFormed(exactNumber(value, source)));
}

/**
 * JSON text in which every text and name is well-formed. It stays as it is, to the character, where it is so already.
 * @throws SyntaxError when the text is no JSON.
 */
export function wellFormedJson(text: string): string {
  if (!MAY_HOLD_SURROGATE.test(text)) return text;
  const wellFormedText = JSON.stringify(parseWellFormedJson(text));
  return wellFormedText === JSON.stringify(parseExactJson(text)) ? text : wellFormedText;
}

/** Whether a value of {@link parseExactJson} is an integer that a number cannot hold; it looks like an object. */
export function isExactInteger(value: unknown): value is ExactInteger {
  return sourceTextJson.isRawJSON(value);
}

function exactNumber(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return source !== undefined && INTEGER.test(source) ? sourceTextJson.rawJSON(source) : value;
}

/** One value inside a parsed document, whose own parts are well-formed already. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isExactInteger(value)) return value;
  const names = Object.keys(value);
  if (names.every((name) => name.isWellFormed())) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name.toWellFormed(), part]));
}
