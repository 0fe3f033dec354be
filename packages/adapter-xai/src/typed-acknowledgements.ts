/** Typed messages that the vendor has not confirmed. It gives items ids of its own and keeps their order. */
export class TypedAcknowledgements {
  #sent = 0;
  #confirmed = 0;

  /** A message goes out; returns what it is waited for under. */
  sent(): string {
    this.#sent += 1;
    return `typed-${this.#sent}`;
  }

  /** One arrived: the oldest. */
  acknowledged(): string | undefined {
    if (this.#confirmed === this.#sent) return undefined;
    this.#confirmed += 1;
    return `typed-${this.#confirmed}`;
  }
}
