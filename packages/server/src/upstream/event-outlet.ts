import type { SessionEvent } from '@speko/adapter';

/** Hands events to a listener, in order; keeps them until there is one. */
export class EventOutlet {
  #listener: ((event: SessionEvent) => void) | undefined;
  #onFault: ((error: unknown) => void) | undefined;
  #waiting: SessionEvent[] = [];
  #fault: { readonly error: unknown } | undefined;
  #closed = false;

  emit(event: SessionEvent): void {
    if (this.#closed) return;
    if (this.#listener === undefined) this.#waiting.push(event);
    else this.#listener(event);
  }

  /** Something threw that should not have: the last word of a link. */
  fault(error: unknown): void {
    if (this.#closed) return;
    if (this.#onFault === undefined) this.#fault ??= { error };
    else this.#onFault(error);
  }

  listen(listener: (event: SessionEvent) => void, onFault: (error: unknown) => void): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#listener = listener;
    this.#onFault = onFault;
    for (const event of waiting) this.emit(event);
    if (this.#fault !== undefined) this.fault(this.#fault.error);
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#listener = undefined;
    this.#onFault = undefined;
  }
}
