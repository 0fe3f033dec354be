/** The longest text that is said, in UTF-16 code units. */
const MAX_SAID_CHARACTERS = 1000;

/** What the echo says of a text: all of a short one, the first words of a long one and `…`. */
export function shortenSpeech(text: string): string {
  if (text.length <= MAX_SAID_CHARACTERS) return text;
  // With one more character, so that a word that ends at the bound is whole.
  const words = /^[^]*\s/.exec(text.slice(0, MAX_SAID_CHARACTERS + 1))?.[0].trimEnd() ?? '';
  // A single word of that length is cut too, but never within a character.
  return `${words === '' ? text.slice(0, MAX_SAID_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '') : words}…`;
}
