/** A first-in-first-out queue of O(1) a step: `Array.shift` moves everything that is left. */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** The oldest one, which stays. */
  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  /** The oldest one, which goes. */
  shift(): Item | undefined {
    const item = this.#items[this.#head];
    if (this.length === 0) return undefined;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head >= 32 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }

  /** Waiting entries, oldest first. */
  toArray(): readonly Item[] {
    return this.#items.slice(this.#head) as Item[];
  }
}
