import type { SessionEvent } from '@speko/adapter';

/** A model speaks one response at a time, and some wait for tools: vendors that end none have no more than these. */
const MAX_OPEN = 256;

type ResponseEnd = Extract<SessionEvent, { type: 'response-end' }>;

/** The responses of one connection that have begun and are not over. Ids are the connection's own. */
export class OpenResponses {
  readonly #ids = new Set<string>();
  /** Those that the user has not cut. */
  readonly #spoken = new Set<string>();

  /** The one that spoke last: its audio comes in runs. */
  #answeringId: string | undefined;

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  get isSpeaking(): boolean {
    return this.#spoken.size > 0;
  }

  /** @returns the end of the oldest one, where there are too many */
  started(responseId: string): ResponseEnd | undefined {
    this.#ids.add(responseId);
    this.#spoken.add(responseId);
    const [oldest] = this.#ids;
    if (oldest === undefined || this.#ids.size <= MAX_OPEN) return undefined;
    this.ended(oldest);
    return { type: 'response-end', responseId: oldest, status: 'cancelled', reason: 'too_many_open' };
  }

  /** Something is said or called. Returns whether it is the first of its response; without an id it counts as such. */
  answers(responseId: string | undefined): boolean {
    if (responseId === undefined) return true;
    if (responseId === this.#answeringId) return false;
    this.#answeringId = responseId;
    return true;
  }

  /** Without an id all of them were. */
  interrupted(responseId: string | undefined): void {
    if (responseId === undefined) this.#spoken.clear();
    else this.#spoken.delete(responseId);
  }

  ended(responseId: string): void {
    this.#ids.delete(responseId);
    this.#spoken.delete(responseId);
  }

  /** Their ends, when the connection is gone. `last`: what its codec says at the end. */
  cut(last: readonly SessionEvent[]): readonly ResponseEnd[] {
    const ends = [...this.#ids].map((responseId): ResponseEnd => {
      const told = last.find((event) => event.type === 'response-end' && event.responseId === responseId);
      // Whatever the codec calls its end, what it was saying is cut.
      return { ...told, type: 'response-end', responseId, status: 'cancelled', reason: 'connection_lost' };
    });
    this.#ids.clear();
    this.#spoken.clear();
    this.#answeringId = undefined;
    return ends;
  }
}
