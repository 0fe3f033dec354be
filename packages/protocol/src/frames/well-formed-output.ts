/** Half of a surrogate pair can stand in JSON text as an escape only, once the text itself is well-formed. */
const mayHoldHalf = /\\u[dD][89a-fA-F]/;
/** A whole pair, half of one, or any other escape, which is passed over so that none begins in the middle of it. */
const escapes = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}|\\[^]/g;
const halfLength = 6;

/**
 * A tool's output as it may be passed on: well-formed, and where it is JSON so are the texts inside of it. Works on the
 * text and not on its values, since a megabyte of those takes a second to visit.
 */
export function wellFormedOutput(output: string): string {
  const text = output.toWellFormed();
  if (!mayHoldHalf.test(text) || !isJson(text)) return text;
  return text.replace(escapes, (escape) => (escape.length === halfLength ? '\uFFFD' : escape));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
