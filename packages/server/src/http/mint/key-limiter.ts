const WINDOW_MS = 60_000;

/** Whether one more session may be minted, or when to ask again. */
export type Admission =
  | { readonly ok: true }
  | { readonly ok: false; /** Whole seconds, 1 or more. */ readonly retryAfterSeconds: number };

/**
 * Counts what each key minted within the last minute: never more than the limit in any 60 s, wherever they begin.
 * Holds at most that many times per key, and nothing for a key that minted none in the last minute.
 */
export class KeyLimiter {
  readonly #sessionsPerMinute: number;
  readonly #minted = new Map<string, number[]>();
  #sweepAtMs = 0;

  /** 0 is no limit. */
  constructor(sessionsPerMinute: number) {
    this.#sessionsPerMinute = sessionsPerMinute;
  }

  /** Counts the session when it is admitted. `nowMs` never goes back. */
  admit(keyId: string, nowMs: number): Admission {
    if (this.#sessionsPerMinute === 0) return { ok: true };
    this.#sweep(nowMs);
    const times = withinWindow(this.#minted.get(keyId) ?? [], nowMs);
    const oldest = times.at(-this.#sessionsPerMinute);
    if (oldest !== undefined) {
      return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((oldest + WINDOW_MS - nowMs) / 1000)) };
    }
    times.push(nowMs);
    this.#minted.set(keyId, times);
    return { ok: true };
  }

  /** An admission at `nowMs` counts no longer. */
  giveBack(keyId: string, nowMs: number): void {
    const times = this.#minted.get(keyId) ?? [];
    const index = times.lastIndexOf(nowMs);
    if (index !== -1) times.splice(index, 1);
  }

  /** Keys remembered at the moment. */
  get size(): number {
    return this.#minted.size;
  }

  /** Once a minute, so that its cost is spread over the mints of that minute. */
  #sweep(nowMs: number): void {
    if (nowMs < this.#sweepAtMs) return;
    this.#sweepAtMs = nowMs + WINDOW_MS;
    for (const [keyId, times] of this.#minted) {
      if (withinWindow(times, nowMs).length === 0) this.#minted.delete(keyId);
    }
  }
}

/** Drops what is older than the window; in place, times ascend. */
function withinWindow(times: number[], nowMs: number): number[] {
  const firstKept = times.findIndex((timeMs) => timeMs > nowMs - WINDOW_MS);
  times.splice(0, firstKept === -1 ? times.length : firstKept);
  return times;
}
