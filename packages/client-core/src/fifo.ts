/** A queue that gives and takes in constant time, however long it is. */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  /** Index of the next item; what lies before it has been taken and waits to be cut off. */
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The next item; `undefined` when there is none. */
  get first(): Item | undefined {
    return this.#items[this.#head];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes the next item; `undefined` when there is none. */
  shift(): Item | undefined {
    const item = this.first;
    if (item === undefined) return undefined;
    // What has been taken is not to be kept alive until it is cut off.
    this.#items[this.#head] = undefined;
    this.#head += 1;
    // Cutting off one item at a time would move the whole array each time.
    if (this.#head >= 64 && this.#head * 2 >= this.#items.length) this.replace(this.toArray());
    return item;
  }

  /** Puts these in the place of what waits. */
  replace(items: Item[]): void {
    this.#items = items;
    this.#head = 0;
  }

  /** Waiting entries, first to last. */
  toArray(): Item[] {
    return this.#items.slice(this.#head) as Item[];
  }
}
