/** The longest text of one turn or item that a codec keeps, and reads, in UTF-16 code units. */
export const MAX_KEPT_TEXT_CHARS = 262_144;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The beginning of a text, never ending in half a character. What is cut off is let go of: a plain `slice` would keep the
 * whole text in memory for as long as its beginning lives.
 *
 * @param maxChars - In UTF-16 code units.
 */
export function boundText(text: string, maxChars = MAX_KEPT_TEXT_CHARS): string {
  if (text.length <= maxChars) return text;
  return detached(text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, ''));
}

/** The same text, without the longer one that it may be a slice of and would keep in memory. */
export function detached(text: string): string {
  return decoder.decode(encoder.encode(text));
}

/** `text` with `addition` behind it; a text that has reached its bound stays as it is. */
export function appendBounded(text: string, addition: string, maxChars = MAX_KEPT_TEXT_CHARS): string {
  const room = maxChars - text.length;
  return room <= 0 ? text : text + boundText(addition, room);
}
