/** What is still waited for; a vendor that never confirms is not waited for by more. */
const MAX_WAITING = 256;

/**
 * Typed messages that the vendor has not confirmed. It confirms an item by the id that the item was sent with; a server
 * that gives it another id keeps the order.
 */
export class TextItemAcks {
  /** Oldest first. */
  readonly #waiting: string[] = [];

  /** A message goes out under this id. */
  sent(itemId: string): void {
    this.#waiting.push(itemId);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
  }

  /** An item arrived. Returns the message it is: the one of that id, else the oldest. */
  acknowledged(itemId: string | undefined): string | undefined {
    const index = itemId === undefined ? -1 : this.#waiting.indexOf(itemId);
    const [confirmed] = this.#waiting.splice(Math.max(0, index), 1);
    return confirmed;
  }
}
