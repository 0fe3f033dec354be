import { HttpError } from '../http-error.ts';

/** Bodies that may wait, and their bytes: of one caller, and of all. A caller has room for 32 of the largest bodies. */
const MAX_BODIES_OF_CALLER = 100;
const MAX_BYTES_OF_CALLER = 8_388_608;
const MAX_BYTES = 67_108_864;
const RETRY_SECONDS = 1;

interface Waiting {
  readonly bytes: number;
  readonly work: () => void;
}

interface CallerQueue {
  readonly bodies: readonly Waiting[];
  readonly bytes: number;
}

/**
 * One request body per turn of the event loop, callers in turn. To read a large body takes some ten milliseconds; of a
 * hundred that arrive together all would be read before anything else is done, and every call would stand still.
 * @see PROTOCOL.md rule RS23
 */
export class BodyTurns {
  /** In the order of their next turn. */
  readonly #callers = new Map<string, CallerQueue>();
  readonly #nextTurn: (work: () => void) => void;
  #bytes = 0;

  /** @param nextTurn - Runs something in the next turn of the event loop. */
  constructor(nextTurn: (work: () => void) => void = setImmediate) {
    this.#nextTurn = nextTurn;
  }

  /**
   * Does the work once it is its turn.
   * @param work - Reading the body and all that follows from it at once. Must not throw.
   * @throws HttpError `RATE_LIMITED` or `OVERLOADED` with `Retry-After`: too much is waiting already.
   */
  enter(callerId: string, bytes: number, work: () => void): void {
    const queue = this.#callers.get(callerId) ?? { bodies: [], bytes: 0 };
    if (queue.bodies.length >= MAX_BODIES_OF_CALLER || queue.bytes + bytes > MAX_BYTES_OF_CALLER) {
      throw new HttpError({
        code: 'RATE_LIMITED',
        message:
          'Too many requests of this API key are waiting to be read; send fewer at the same time, or smaller ones.',
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    if (this.#bytes + bytes > MAX_BYTES) {
      throw new HttpError({
        code: 'OVERLOADED',
        message: 'Too many requests are waiting to be read on this gateway; try again shortly.',
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    if (this.#callers.size === 0) this.#nextTurn(this.#take);
    this.#callers.set(callerId, { bodies: [...queue.bodies, { bytes, work }], bytes: queue.bytes + bytes });
    this.#bytes += bytes;
  }

  readonly #take = (): void => {
    const [next] = this.#callers;
    if (next === undefined) return;
    const [callerId, { bodies, bytes }] = next;
    const [first, ...others] = bodies;
    this.#callers.delete(callerId);
    if (first === undefined) return;
    this.#bytes -= first.bytes;
    // Behind all others.
    if (others.length > 0) this.#callers.set(callerId, { bodies: others, bytes: bytes - first.bytes });
    if (this.#callers.size > 0) this.#nextTurn(this.#take);
    first.work();
  };
}
