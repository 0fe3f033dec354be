/** Ids longer than this are none, in UTF-16 code units: those of vendors have a few dozen. */
export const MAX_ID_CHARS = 1024;

const MAX_ENTRIES = 1000;

/**
 * What is remembered by id for the life of a connection, which a vendor decides the length of: the latest entries, in the
 * order they were first set. The oldest one goes when another comes. Everything is done in constant time.
 */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #maxEntries: number;

  /** @param maxEntries - 1 or more; 1,000 by default. */
  constructor(maxEntries = MAX_ENTRIES) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether it is among the latest. */
  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  /** What was set for it, or `undefined` where it is not among the latest. */
  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  /** An entry that is known keeps its age. */
  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#maxEntries) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Returns whether it was known. */
  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }
}

/** The latest ids of a kind, like {@link RecentMap}. */
export class RecentIds<Id = string> {
  readonly #ids: RecentMap<Id, true>;

  /** @param maxIds - 1 or more; 1,000 by default. */
  constructor(maxIds = MAX_ENTRIES) {
    this.#ids = new RecentMap(maxIds);
  }

  /** Whether it is among the latest. */
  has(id: Id): boolean {
    return this.#ids.has(id);
  }

  /** Remembers an id; one that is known keeps its age. */
  add(id: Id): void {
    this.#ids.set(id, true);
  }

  /** Returns whether it was known. */
  delete(id: Id): boolean {
    return this.#ids.delete(id);
  }
}
