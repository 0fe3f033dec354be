/** Half of a surrogate pair can stand in well-formed text as an escape only. */
const MAY_HOLD_HALF = /\\u[dD][89a-fA-F]/;
/** A whole pair, half of one, or any other escape, which is passed over so that none begins in the middle of it. */
const ESCAPES = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}|\\[^]/g;
const HALF_LENGTH = 6;

/**
 * JSON text in which every text and name is well-formed: half of a surrogate pair becomes U+FFFD, and all else stays as
 * it is, to the character. Works on the text and not on its values, since a megabyte of those takes long to visit.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function wellFormedJson(text: string): string {
  const wellFormed = text.toWellFormed();
  if (!MAY_HOLD_HALF.test(wellFormed)) return wellFormed;
  JSON.parse(wellFormed);
  return wellFormed.replaceAll(ESCAPES, (escape) => (escape.length === HALF_LENGTH ? '\uFFFD' : escape));
}
