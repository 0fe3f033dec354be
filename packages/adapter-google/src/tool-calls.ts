import { createIdMinter, RecentIds, RecentMap } from '@speko/adapter-kit';

/** Input that a model refuses while it waits for results is let through after this time, whatever happens then. */
export const MAX_WAIT_MS = 60_000;

/** The calls the model waits for, by the id the gateway knows. */
export class ToolCalls {
  readonly #mintId = createIdMinter('call');
  readonly #open = new RecentMap<string, OpenCall>();
  readonly #known = new RecentIds();
  readonly #idsBefore: ReadonlySet<string>;
  #waitingSinceMs = 0;

  /** @param idsBefore ids of the conversation's calls on connections before this one, which are not given again */
  constructor(idsBefore: readonly string[]) {
    this.#idsBefore = new Set(idsBefore);
  }

  /** Takes note of a call; `undefined` when it is known already, since vendors repeat themselves. */
  opened(id: string | undefined, name: string, nowMs: number): string | undefined {
    const callId = id ?? this.#mintUnknown();
    if (this.#known.has(callId)) return undefined;
    if (this.#open.size === 0) this.#waitingSinceMs = nowMs;
    this.#known.add(callId);
    this.#open.set(callId, { name, id });
    return callId;
  }

  /** Closes a call; `undefined` when nobody waits for it. */
  answered(callId: string): OpenCall | undefined {
    const call = this.#open.get(callId);
    this.#open.delete(callId);
    return call;
  }

  get isWaiting(): boolean {
    return this.#open.size > 0;
  }

  /** Until when input has to wait, where the model refuses it meanwhile. */
  get waitsUntilMs(): number {
    return this.isWaiting ? this.#waitingSinceMs + MAX_WAIT_MS : -Infinity;
  }

  #mintUnknown(): string {
    let callId = this.#mintId();
    while (this.#known.has(callId) || this.#idsBefore.has(callId)) callId = this.#mintId();
    return callId;
  }
}

export interface OpenCall {
  readonly name: string;
  /** The vendor's id, where it gave one. */
  readonly id: string | undefined;
}
