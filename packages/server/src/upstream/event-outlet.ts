import type { SessionEvent } from '@speko/adapter';
import type { LinkListener } from './provider-link.ts';

/** Hands events to a listener, in order; keeps them until there is one. */
export class EventOutlet {
  #listener: LinkListener | undefined;
  #waiting: SessionEvent[] = [];
  #fault: { readonly error: unknown } | undefined;
  #closed = false;

  get listener(): LinkListener | undefined {
    return this.#listener;
  }

  emit(event: SessionEvent): void {
    if (this.#closed) return;
    if (this.#listener === undefined) this.#waiting.push(event);
    else this.#listener.event(event);
  }

  /** Something threw that should not have: the last word of a link. */
  fault(error: unknown): void {
    if (this.#closed) return;
    if (this.#listener === undefined) this.#fault ??= { error };
    else this.#listener.fault(error);
  }

  listen(listener: LinkListener): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#listener = listener;
    for (const event of waiting) this.emit(event);
    if (this.#fault !== undefined) this.fault(this.#fault.error);
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#listener = undefined;
  }
}
