import { markLargeIntegers, MARK } from './mark-large-integers.ts';
import { rewriteJson } from './rewrite-json.ts';

/**
 * An integer as it was written, for one that a JavaScript number cannot hold: what `JSON.rawJSON` makes, and
 * `JSON.stringify` writes back digit by digit. A structured clone loses it: across threads it travels as JSON text.
 */
export interface ExactInteger {
  readonly rawJSON: string;
}

// TypeScript's library does not declare these yet. Node has them from version 21 on.
// https://tc39.es/proposal-json-parse-with-source/
interface RawJson {
  rawJSON(text: string): ExactInteger;
  isRawJSON(value: unknown): boolean;
}
const rawJson = JSON as unknown as RawJson;

/** Half of a surrogate pair can come out of an escape only: UTF-8 has no bytes for it. */
const MAY_HOLD_SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * Parses JSON without a loss: integers beyond 2^53 become {@link ExactInteger}s, which `JSON.stringify` writes as they
 * were; all other numbers are numbers. An own key `__proto__` is kept as such.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function parseExactJson(text: string): unknown {
  // First of all as it is: what is marked below has to be JSON.
  const value: unknown = JSON.parse(text);
  const marked = markLargeIntegers(text);
  return marked === text ? value : rewriteJson(JSON.parse(marked), exactInteger);
}

/**
 * {@link parseExactJson} for what enters from outside and is passed on: texts and names in it are made well-formed
 * too. Half of a surrogate pair, which strict parsers refuse, becomes U+FFFD.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function parseWellFormedJson(text: string): unknown {
  const value = parseExactJson(text);
  return MAY_HOLD_SURROGATE.test(text) ? rewriteJson(value, wellFormed, wellFormed) : value;
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
  return rawJson.isRawJSON(value);
}

function exactInteger(text: string): unknown {
  if (!text.startsWith(MARK)) return text;
  const digits = text.slice(MARK.length);
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : rawJson.rawJSON(digits);
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}
