import type { SessionEvent } from '@speko/adapter';
import { PauseReasons } from './connection/pause-reasons.ts';
import type { LinkListener } from './connection/provider-link.ts';

/** Bounds of what waits for a listener. Past one of them the producer is paused. */
const MAX_WAITING_EVENTS = 1000;
const MAX_WAITING_BYTES = 262_144;
/** Cost of an event beside its texts and audio. */
const EVENT_BYTES = 64;

/**
 * What a link reports while its client is not there yet: keeps the events, in order, until someone listens. A provider
 * can so be dialled before its client connects.
 */
export class EventOutlet implements LinkListener {
  /** Why no more events should come. */
  readonly #pause: PauseReasons<'client-congested' | 'nobody-listens'>;
  #listener: LinkListener | undefined;
  #waiting: SessionEvent[] = [];
  #waitingBytes = 0;
  #fault: { readonly error: unknown } | undefined;
  #isClosed = false;

  /** @param setPaused - pauses and resumes the producer */
  constructor(setPaused: (isPaused: boolean) => void) {
    this.#pause = new PauseReasons(setPaused);
  }

  event(event: SessionEvent): void {
    if (this.#isClosed) return;
    if (this.#listener === undefined) this.#keep(event);
    else this.#listener.event(event);
  }

  /** Something threw that should not have: the last word of a link. */
  fault(error: unknown): void {
    if (this.#isClosed) return;
    if (this.#listener === undefined) this.#fault ??= { error };
    else this.#listener.fault(error);
  }

  /** Hands events on from now on, those that waited first. */
  listen(listener: LinkListener): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#listener = listener;
    for (const event of waiting) this.event(event);
    if (this.#fault !== undefined) this.fault(this.#fault.error);
    this.#pause.set('nobody-listens', false);
  }

  /** The client reads too slowly to take more, or no longer does. */
  setCongested(isCongested: boolean): void {
    this.#pause.set('client-congested', isCongested);
  }

  /** Hands on nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#listener = undefined;
  }

  #keep(event: SessionEvent): void {
    this.#waiting.push(event);
    this.#waitingBytes += sizeOf(event);
    const isFull = this.#waiting.length >= MAX_WAITING_EVENTS || this.#waitingBytes >= MAX_WAITING_BYTES;
    if (isFull) this.#pause.set('nobody-listens', true);
  }
}

/** About what an event takes in memory. */
function sizeOf(event: SessionEvent): number {
  let bytes = EVENT_BYTES;
  for (const value of Object.values<unknown>({ ...event })) {
    if (typeof value === 'string') bytes += value.length;
    else if (value instanceof Uint8Array) bytes += value.byteLength;
  }
  return bytes;
}
