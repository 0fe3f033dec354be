/**
 * What a text adds to an earlier one. The vendor repeats what was said before, with other punctuation or capitals.
 *
 * @returns The rest of `text`; all of it where it does not begin with the words of `earlier`.
 */
export function withoutWords(text: string, earlier: string): string {
  const known = earlier.match(WORD) ?? [];
  const words = [...text.matchAll(WORD)];
  const isRepeated = known.every((word, index) => words[index]?.[0].toLowerCase() === word.toLowerCase());
  if (known.length === 0 || !isRepeated) return text;
  return text.slice(words[known.length]?.index ?? text.length);
}

const WORD = /[\p{L}\p{N}'’]+/gu;
