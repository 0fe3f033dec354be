import { RecentIds, RecentMap } from '../recent-map.ts';

/** Ids of one response that are told apart; what has yet another one belongs to the item being spoken. */
const MAX_ITEM_IDS = 1000;

/**
 * Which spoken item each piece of a response belongs to. Words and sound of one item carry its id, and where the vendor
 * announces items, that is all there is to it. Compatible servers are less strict: they give every piece an id of its
 * own, or words and sound different ones. Such pieces belong to the item that is being spoken, so that words are cut
 * where their sound is.
 */
export class SpokenItems {
  readonly #announced = new RecentIds();
  readonly #responses = new Map<string, ResponseItems>();
  /** The response of each item: ids of items are used again, too. */
  readonly #owners = new RecentMap<string, string>();
  readonly #wireIds = new RecentMap<string, string>();
  #mintCount = 0;

  /** The vendor tells of an item before it says any of it. */
  announced(wireId: string | undefined): void {
    if (wireId !== undefined) this.#announced.add(wireId);
  }

  /** The item that words belong to. */
  ofWords(responseId: string, wireId: string | undefined): string {
    const items = this.#itemsOf(responseId);
    const item = this.#placeWords(items, responseId, wireId);
    item.hasWords = true;
    items.current = item;
    return item.itemId;
  }

  /** The item that sound belongs to. */
  ofSound(responseId: string, wireId: string | undefined): string {
    const items = this.#itemsOf(responseId);
    const item = this.#placeSound(items, responseId, wireId);
    item.hasSound = true;
    items.current = item;
    return item.itemId;
  }

  /** The vendor's id of an item's sound; `undefined` where it gave none. */
  wireIdOf(itemId: string): string | undefined {
    return (this.#wireIds.get(itemId) ?? itemId) || undefined;
  }

  /** The response is over, and all its items with it. */
  ended(responseId: string): void {
    this.#responses.delete(responseId);
  }

  #placeWords(items: ResponseItems, responseId: string, wireId: string | undefined): SpokenItem {
    const { current } = items;
    if (wireId === undefined) return current ?? this.#add(items, responseId, wireId);
    const known = seenAgain(items, wireId);
    if (known !== undefined) return known;
    if (current === undefined || this.#announced.has(wireId)) return this.#add(items, responseId, wireId);
    if (current.hasSound && !current.hasWords) items.isUneven = true;
    return items.isUneven || !current.isSteady ? link(items, wireId, current) : this.#add(items, responseId, wireId);
  }

  #placeSound(items: ResponseItems, responseId: string, wireId: string | undefined): SpokenItem {
    const { current } = items;
    if (wireId === undefined) return current ?? this.#add(items, responseId, wireId);
    const known = seenAgain(items, wireId);
    if (known !== undefined) return known;
    const silent = items.added.find((item) => item.hasWords && !item.hasSound && !this.#isAnnounced(item));
    if (silent !== undefined) {
      items.isUneven = true;
      this.#wireIds.set(silent.itemId, wireId);
      return link(items, wireId, silent);
    }
    const isPiece = current?.hasSound === true && (items.isUneven || !current.isSteady);
    return isPiece && !this.#announced.has(wireId)
      ? link(items, wireId, current)
      : this.#add(items, responseId, wireId);
  }

  #isAnnounced({ wireId }: SpokenItem): boolean {
    return wireId !== undefined && this.#announced.has(wireId);
  }

  #itemsOf(responseId: string): ResponseItems {
    const known = this.#responses.get(responseId);
    if (known !== undefined) return known;
    const items: ResponseItems = { byWireId: new Map(), added: [], current: undefined, isUneven: false };
    this.#responses.set(responseId, items);
    return items;
  }

  #add(items: ResponseItems, responseId: string, wireId: string | undefined): SpokenItem {
    if (items.added.length >= MAX_ITEM_IDS && items.current !== undefined) return items.current;
    const item: SpokenItem = {
      itemId: this.#name(responseId, wireId),
      wireId,
      hasWords: false,
      hasSound: false,
      isSteady: false,
    };
    items.added.push(item);
    return wireId === undefined ? item : link(items, wireId, item);
  }

  #name(responseId: string, wireId: string | undefined): string {
    const isFree = wireId !== undefined && (this.#owners.get(wireId) ?? responseId) === responseId;
    if (isFree) {
      this.#owners.set(wireId, responseId);
      return wireId;
    }
    this.#mintCount += 1;
    const itemId = `${wireId ?? 'item'}~${this.#mintCount + 1}`;
    this.#wireIds.set(itemId, wireId ?? '');
    return itemId;
  }
}

interface ResponseItems {
  readonly byWireId: Map<string, SpokenItem>;
  readonly added: SpokenItem[];
  current: SpokenItem | undefined;
  /** Words and sound were seen to carry different ids. */
  isUneven: boolean;
}

interface SpokenItem {
  readonly itemId: string;
  /** The id it was first told under. */
  readonly wireId: string | undefined;
  hasWords: boolean;
  hasSound: boolean;
  /** That id was seen twice, so it is not one of a single piece. */
  isSteady: boolean;
}

function seenAgain({ byWireId }: ResponseItems, wireId: string): SpokenItem | undefined {
  const item = byWireId.get(wireId);
  if (item?.wireId === wireId) item.isSteady = true;
  return item;
}

function link({ byWireId }: ResponseItems, wireId: string, item: SpokenItem): SpokenItem {
  if (byWireId.size < MAX_ITEM_IDS) byWireId.set(wireId, item);
  return item;
}
