import type { SessionEvent } from '@speko/adapter';
import type { LinkListener } from './connection/provider-link.ts';

/** What waits for a listener. Past one of these whoever produces the events is asked to wait too. */
const maxWaitingEvents = 1000;
const maxWaitingBytes = 262_144;
/** What an event costs beside its texts and its audio. */
const eventBytes = 64;

/** Hands events to a listener, in order; keeps them until there is one. */
export class EventOutlet {
  readonly #onFull: (isFull: boolean) => void;
  #listener: LinkListener | undefined;
  #waiting: SessionEvent[] = [];
  #waitingBytes = 0;
  #isFull = false;
  #fault: { readonly error: unknown } | undefined;
  #closed = false;

  /** @param onFull told when so much waits that nothing more should come, and when it may come again */
  constructor(onFull: (isFull: boolean) => void) {
    this.#onFull = onFull;
  }

  get listener(): LinkListener | undefined {
    return this.#listener;
  }

  emit(event: SessionEvent): void {
    if (this.#closed) return;
    if (this.#listener === undefined) this.#keep(event);
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
    this.#waitingBytes = 0;
    this.#listener = listener;
    for (const event of waiting) this.emit(event);
    if (this.#fault !== undefined) this.fault(this.#fault.error);
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#onFull(false);
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#listener = undefined;
  }

  #keep(event: SessionEvent): void {
    this.#waiting.push(event);
    this.#waitingBytes += sizeOf(event);
    if (this.#isFull || (this.#waiting.length < maxWaitingEvents && this.#waitingBytes < maxWaitingBytes)) return;
    this.#isFull = true;
    this.#onFull(true);
  }
}

/** About what an event takes in memory. */
function sizeOf(event: SessionEvent): number {
  let bytes = eventBytes;
  for (const value of Object.values<unknown>({ ...event })) {
    if (typeof value === 'string') bytes += value.length;
    else if (value instanceof Uint8Array) bytes += value.byteLength;
  }
  return bytes;
}
