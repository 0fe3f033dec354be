/**
 * What a text adds to an earlier one. The vendor repeats what was said before, with other punctuation or capitals.
 *
 * @returns The rest of `text`; all of it where it does not begin with the words of `earlier`.
 */
export function stripRepeatedPrefix(text: string, earlier: string): string {
  // Nearly always: nothing is looked at.
  if (earlier === '') return text;
  // Word by word, and no further than `earlier` goes: a text may be long, and comes again with every word it gains.
  const words = text.matchAll(WORD);
  for (const [known] of earlier.matchAll(WORD)) {
    const word = words.next();
    if (word.done === true || word.value[0].toLowerCase() !== known.toLowerCase()) return text;
  }
  const next = words.next();
  return next.done === true ? '' : text.slice(next.value.index);
}

const WORD = /[\p{L}\p{N}'’]+/gu;
