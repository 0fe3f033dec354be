/** The words of the items being spoken, kept to notice where the vendor's final text is another one. */
export class AssistantTexts {
  readonly #items = new Map<string, Map<number, string>>();

  append(itemId: string, contentIndex: number, delta: string): void {
    const parts = this.#parts(itemId);
    parts.set(contentIndex, (parts.get(contentIndex) ?? '') + delta);
  }

  /** Takes the final text of a part. Returns the whole text of the item if the deltas had said something else. */
  settle(itemId: string, contentIndex: number, text: string): string | undefined {
    const parts = this.#parts(itemId);
    if ((parts.get(contentIndex) ?? '') === text) return undefined;
    parts.set(contentIndex, text);
    return [...parts].toSorted(([left], [right]) => left - right).reduce((whole, [, part]) => whole + part, '');
  }

  /** One response runs at a time, so its end is the end of all its items. */
  clear(): void {
    this.#items.clear();
  }

  #parts(itemId: string): Map<number, string> {
    let parts = this.#items.get(itemId);
    if (parts === undefined) {
      parts = new Map();
      this.#items.set(itemId, parts);
    }
    return parts;
  }
}
