import { appendBounded, boundText, MAX_KEPT_TEXT_CHARS } from '../bound-text.ts';

/** Parts of items whose words are kept; of more nothing is compared. */
const MAX_PARTS = 1000;
/** What is kept of all of them, in UTF-16 code units. A text that finds no room counts as said otherwise. */
const MAX_CHARS = 1024 * 1024;

/** The words of the items being spoken, kept to notice where the vendor's final text is another one. */
export class AssistantTexts {
  readonly #items = new Map<string, Map<number, string>>();
  #partCount = 0;
  #chars = 0;

  append(itemId: string, contentIndex: number, delta: string): void {
    const parts = this.#partsWith(itemId, contentIndex);
    if (parts !== undefined) this.#keep(parts, contentIndex, parts.get(contentIndex) ?? '', delta);
  }

  /** Takes the final text of a part. Returns the whole text of the item if the deltas had said something else. */
  settle(itemId: string, contentIndex: number, givenText: string): string | undefined {
    const parts = this.#partsWith(itemId, contentIndex);
    const text = boundText(givenText);
    const known = parts?.get(contentIndex) ?? '';
    if (parts === undefined || known === text) return undefined;
    this.#chars -= known.length;
    this.#keep(parts, contentIndex, '', text);
    // The text itself is told even where it found no room.
    const inOrder = [...new Map(parts).set(contentIndex, text)].toSorted(([left], [right]) => left - right);
    return inOrder.reduce((whole, [, part]) => appendBounded(whole, part), '');
  }

  /** One response runs at a time, so its end is the end of all its items. */
  clear(): void {
    this.#items.clear();
    this.#partCount = 0;
    this.#chars = 0;
  }

  #keep(parts: Map<number, string>, contentIndex: number, text: string, addition: string): void {
    const room = Math.max(0, MAX_CHARS - this.#chars);
    const kept = appendBounded(text, addition, Math.min(MAX_KEPT_TEXT_CHARS, text.length + room));
    this.#chars += kept.length - text.length;
    parts.set(contentIndex, kept);
  }

  /** The parts of an item, if there is room for this one. */
  #partsWith(itemId: string, contentIndex: number): Map<number, string> | undefined {
    const known = this.#items.get(itemId);
    if (known?.has(contentIndex) === true) return known;
    if (this.#partCount >= MAX_PARTS) return undefined;
    this.#partCount += 1;
    const parts = known ?? new Map<number, string>();
    parts.set(contentIndex, '');
    if (known === undefined) this.#items.set(itemId, parts);
    return parts;
  }
}
