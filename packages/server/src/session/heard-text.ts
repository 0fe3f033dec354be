import type { HeardAudio } from './delivered-audio-clock.ts';

/** The text of one spoken item. */
export interface ItemText {
  readonly itemId: string;
  readonly text: string;
}

/** Knows the words of languages that write no spaces, too. The locale is named so that it is not the machine's. */
const words = new Intl.Segmenter('en', { granularity: 'word' });
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** A longer run without a boundary is no word, or the segmenter does not know its script. */
const MAX_WORD_LENGTH = 64;

const WHITE_SPACE = /\s/;
/** What belongs to the character before it. */
const CONTINUING = /[\p{M}\u200D]/u;
/** What closes a word stands after it without a space, and is heard with it. */
const CLOSING = /[\p{Pe}\p{Pf}\p{Po}]/u;
const OPENING = /[\p{Ps}\p{Pi}¿¡]/u;
/** Scripts written without spaces between words, with their punctuation and its full-width forms. */
const SPACELESS =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Yiii}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Java}\p{scx=Bali}\p{scx=Lana}\p{scx=Tale}\p{scx=Talu}\p{scx=Tavt}\uFF01-\uFF65]/u;
/** Without the marks on it, which several scripts share. */
const LAST_BASE = /([^\p{M}\p{Cf}])[\p{M}\p{Cf}]*$/u;
/** A base and its marks; a longer pile of marks says nothing of the script. */
const LAST_BASE_LENGTH = 16;

/**
 * What the listener heard of a turn's text: each item's text is taken in proportion to the audio that was heard of
 * it, in whole words. Vendors do not align words with audio, so this is the best known estimate; an item
 * without audio was never spoken and counts as unheard. Where a server names the items of texts and of audio apart,
 * the share is that of the whole turn.
 */
export function heardText(texts: readonly ItemText[], audio: readonly HeardAudio[]): string {
  const isTied = texts.some(({ itemId }) => audio.some((item) => item.itemId === itemId));
  if (!isTied) return wholeWords(joinTexts(texts.map(({ text }) => text)), shareOf(audio));
  const parts = texts.map(({ itemId, text }) => {
    const item = audio.find((candidate) => candidate.itemId === itemId);
    return item === undefined || item.totalMs === 0 ? '' : wholeWords(text, item.heardMs / item.totalMs);
  });
  return joinTexts(parts);
}

function shareOf(audio: readonly HeardAudio[]): number {
  let heardMs = 0;
  let totalMs = 0;
  for (const item of audio) {
    heardMs += item.heardMs;
    totalMs += item.totalMs;
  }
  return totalMs === 0 ? 0 : heardMs / totalMs;
}

/**
 * The whole text of a turn: its items in order, apart by one space where the vendor sent none and both sides are
 * written with spaces.
 */
export function joinTexts(texts: readonly string[]): string {
  let all = '';
  let last = '';
  for (const text of texts) {
    if (text === '') continue;
    all += last !== '' && needsSpace(last, text) ? ` ${text}` : text;
    last = text;
  }
  return all;
}

function needsSpace(before: string, after: string): boolean {
  const end = LAST_BASE.exec(before.slice(-LAST_BASE_LENGTH))?.[1] ?? '';
  const [start = ''] = after;
  if (WHITE_SPACE.test(end) || WHITE_SPACE.test(start) || CONTINUING.test(start)) return false;
  return !SPACELESS.test(end) && !SPACELESS.test(start);
}

/** The words of a share of a text; the word at the border counts if more than half of it lies inside. */
function wholeWords(text: string, share: number): string {
  if (share >= 1) return text;
  const end = text.length * share;
  const word = segmentAt(text, end);
  if (word === undefined) return '';
  const isHeard = word.index + word.segment.length / 2 <= end;
  return text.slice(0, wholeEnd(text, isHeard ? word.index + word.segment.length : word.index));
}

function segmentAt(text: string, end: number): Intl.SegmentData | undefined {
  const at = Math.floor(end);
  const word = words.segment(text).containing(at);
  return word === undefined || word.segment.length <= MAX_WORD_LENGTH ? word : characters.segment(text).containing(at);
}

/** Where a text ends that is cut between two words: behind what closes the first one, else before what opens the second. */
function wholeEnd(text: string, cut: number): number {
  let end = cut;
  if (cut > 0 && !WHITE_SPACE.test(text[cut - 1] ?? '')) {
    while (end < text.length && CLOSING.test(charAt(text, end))) end += charAt(text, end).length;
  }
  if (end > cut) return end;
  while (end > 0 && isBeforeWord(text[end - 1] ?? '')) end -= 1;
  return end;
}

function isBeforeWord(character: string): boolean {
  return WHITE_SPACE.test(character) || OPENING.test(character);
}

function charAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}
