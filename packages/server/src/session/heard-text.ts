import type { HeardAudio } from './playback-clock.ts';

/** The text of one spoken item. */
export interface ItemText {
  readonly itemId: string;
  readonly text: string;
}

/**
 * What the listener heard of a turn's text: each item's text is taken in proportion to the audio that was heard of
 * it, in whole words. Vendors do not align words with audio, so this is the best known estimate; an item
 * without audio was never spoken and counts as unheard.
 */
export function heardText(texts: readonly ItemText[], audio: readonly HeardAudio[]): string {
  const parts = texts.map(({ itemId, text }) => {
    const item = audio.find((candidate) => candidate.itemId === itemId);
    return item === undefined || item.totalMs === 0 ? '' : wholeWords(text, item.heardMs / item.totalMs);
  });
  return joinTexts(parts);
}

/** The whole text of a turn: its items in order, apart by one space where the vendor sent none. */
export function joinTexts(texts: readonly string[]): string {
  return texts.reduce((all, text) => {
    const apart = all === '' || text === '' || /\s/.test(all.at(-1) ?? '') || /\s/.test(text.at(0) ?? '');
    return apart ? all + text : `${all} ${text}`;
  }, '');
}

/** The words of a share of a text; the word at the border counts if more than half of it lies inside. */
function wholeWords(text: string, share: number): string {
  const end = text.length * share;
  let heard = '';
  for (const word of text.matchAll(/\S+/g)) {
    if (word.index + word[0].length / 2 > end) break;
    heard = text.slice(0, word.index + word[0].length);
  }
  return share >= 1 ? text : heard;
}
