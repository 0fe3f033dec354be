import { appendBounded, boundText, MAX_KEPT_TEXT_CHARS } from '../bound-text.ts';

/** Parts of items whose words are kept; of more nothing is compared. */
const MAX_PARTS = 1000;
/** Most that is kept of all of them, in UTF-16 code units. A text that finds no room counts as said otherwise. */
const MAX_CHARS = 1024 * 1024;

/** Change made by a final text: new words, or the whole text of the item. */
export type SettledText =
  | { readonly type: 'added'; readonly text: string }
  | { readonly type: 'replaced'; readonly text: string };

/**
 * The words of the items being spoken, kept to notice where the vendor's final text is another one. Some servers send a
 * final for each sentence: the first one of a part is its text, and a later one is the next sentence, unless it begins
 * with what was final before.
 */
export class AssistantTexts {
  readonly #items = new Map<string, Map<number, Part>>();
  #partCount = 0;
  #chars = 0;

  /** Words as they are said. Returns what they add to the text of the item: a new sentence is set apart. */
  append(itemId: string, contentIndex: number, delta: string): string {
    const part = this.#partOf(itemId, contentIndex);
    if (part === undefined) return delta;
    const space = part.text.length === part.openStart && part.hasFinal ? spaceBetween(part.text, delta) : '';
    part.openStart += space.length;
    this.#extend(part, space + delta);
    return space + delta;
  }

  /** Takes a final text of a part; `undefined` where it says what is known. */
  settle(itemId: string, contentIndex: number, givenText: string): SettledText | undefined {
    const part = this.#partOf(itemId, contentIndex);
    if (part === undefined) return undefined;
    const text = boundText(givenText);
    const before = part.text.slice(0, part.finalEnd);
    const open = part.text.slice(part.openStart);
    if (!part.hasFinal || (before !== '' && text.startsWith(before) && text.length > before.length)) {
      return this.#become(part, itemId, contentIndex, text, 0);
    }
    const isRepeat = open === '' && part.text.slice(part.finalStart, part.finalEnd) === text;
    if (isRepeat || text === '') return undefined;
    if (open.trim() === text.trim()) {
      part.finalStart = part.openStart;
      close(part);
      return undefined;
    }
    const sentence = spaceBetween(before, text) + text;
    const finalStart = before.length + sentence.length - text.length;
    const whole = this.#become(part, itemId, contentIndex, before + sentence, finalStart);
    return open === '' && whole !== undefined ? { type: 'added', text: sentence } : whole;
  }

  /** One response runs at a time, so its end is the end of all its items. */
  clear(): void {
    this.#items.clear();
    this.#partCount = 0;
    this.#chars = 0;
  }

  /** From now on the part has this text, whose last final begins at `finalStart`. */
  #become(part: Part, itemId: string, contentIndex: number, text: string, finalStart: number): SettledText | undefined {
    const isKnown = part.text === text;
    this.#chars -= part.text.length;
    part.text = '';
    this.#extend(part, text);
    part.hasFinal = true;
    part.finalStart = finalStart;
    close(part);
    if (isKnown) return undefined;
    // The text itself is told even where it found no room.
    const parts = [...(this.#items.get(itemId) ?? [])].toSorted(([left], [right]) => left - right);
    const texts = parts.map(([index, { text: known }]) => (index === contentIndex ? text : known));
    return { type: 'replaced', text: texts.reduce((whole, each) => appendBounded(whole, each), '') };
  }

  #extend(part: Part, addition: string): void {
    const room = Math.max(0, MAX_CHARS - this.#chars);
    const { length } = part.text;
    part.text = appendBounded(part.text, addition, Math.min(MAX_KEPT_TEXT_CHARS, length + room));
    this.#chars += part.text.length - length;
  }

  /** A part of an item, if there is room for it. */
  #partOf(itemId: string, contentIndex: number): Part | undefined {
    const parts = this.#items.get(itemId);
    const known = parts?.get(contentIndex);
    if (known !== undefined) return known;
    if (this.#partCount >= MAX_PARTS) return undefined;
    this.#partCount += 1;
    const part: Part = { text: '', hasFinal: false, finalStart: 0, finalEnd: 0, openStart: 0 };
    if (parts === undefined) this.#items.set(itemId, new Map([[contentIndex, part]]));
    else parts.set(contentIndex, part);
    return part;
  }
}

interface Part {
  text: string;
  hasFinal: boolean;
  /** Where the last final text begins and ends. */
  finalStart: number;
  finalEnd: number;
  /** Where the words begin that have no final yet. */
  openStart: number;
}

function close(part: Part): void {
  part.finalEnd = part.text.length;
  part.openStart = part.text.length;
}

/** Scripts that are written without spaces, and the punctuation that goes with them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\uff00-\uff65]/u;

/** What stands between two sentences: one space, unless there is one already or the script has none. */
function spaceBetween(left: string, right: string): string {
  const last = left.slice(-1);
  const first = right.slice(0, 1);
  if (last === '' || first === '' || /\s/.test(last) || /\s/.test(first)) return '';
  return UNSPACED.test(last) || UNSPACED.test(first) ? '' : ' ';
}
