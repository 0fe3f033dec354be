import type { SessionEvent } from '@speko/adapter';

/** Hands events to a listener, in order; keeps them until there is one. */
export class EventOutlet {
  #listener: ((event: SessionEvent) => void) | undefined;
  #waiting: SessionEvent[] = [];
  #closed = false;

  emit(event: SessionEvent): void {
    if (this.#closed) return;
    if (this.#listener === undefined) this.#waiting.push(event);
    else this.#listener(event);
  }

  listen(listener: (event: SessionEvent) => void): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#listener = listener;
    for (const event of waiting) this.emit(event);
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#listener = undefined;
  }
}
