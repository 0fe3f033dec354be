import { HttpError } from '../../http-error.ts';
import type { LiveSessions } from '../../session/live-sessions.ts';
import { KeyLimiter } from './key-limiter.ts';

/** Limits of one node and of its keys; 0 is no limit. */
export interface MintLimits {
  readonly maxSessions: number;
  readonly keySessionsPerMinute: number;
  readonly keyConcurrentSessions: number;
}

/** Retry advice where a session may end at any time, in seconds: soon, but not at once. */
const RETRY_SECONDS = 5;

/**
 * Decides whether one more session may be minted. A place is held from the decision until the session is
 * registered, so that mints that are under way at the same time cannot all take the last one.
 */
export class MintGate {
  readonly #live: LiveSessions;
  readonly #limits: MintLimits;
  readonly #keyLimiter: KeyLimiter;
  readonly #held = new Map<string, number>();
  #heldInAll = 0;

  constructor(live: LiveSessions, limits: MintLimits) {
    this.#live = live;
    this.#limits = limits;
    this.#keyLimiter = new KeyLimiter(limits.keySessionsPerMinute);
  }

  /** @throws HttpError `DRAINING` with `Retry-After` while this node shuts down. */
  refuseWhileDraining(): void {
    if (!this.#live.draining) return;
    throw new HttpError({
      code: 'DRAINING',
      message: 'This gateway is shutting down; try again, and another node or the restarted one will answer.',
      retryAfterSeconds: RETRY_SECONDS,
    });
  }

  /**
   * Takes a place for one session; call `release` once it is registered or given up, and `giveBack` before that where
   * the gateway could not make it: it then does not count towards the sessions of this minute.
   * @throws HttpError `OVERLOADED` or `RATE_LIMITED`, with `Retry-After`.
   */
  enter(keyId: string, nowMs: number): { release(): void; giveBack(): void } {
    const { maxSessions, keyConcurrentSessions, keySessionsPerMinute } = this.#limits;
    if (maxSessions > 0 && this.#live.count + this.#heldInAll >= maxSessions) {
      throw new HttpError({
        code: 'OVERLOADED',
        message: `This gateway is at its limit of ${maxSessions} sessions; try again shortly.`,
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    const held = this.#held.get(keyId) ?? 0;
    if (keyConcurrentSessions > 0 && this.#live.countForKey(keyId) + held >= keyConcurrentSessions) {
      throw new HttpError({
        code: 'RATE_LIMITED',
        message: `This API key is at its limit of ${keyConcurrentSessions} sessions at the same time; end one or wait for one to end.`,
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    const admission = this.#keyLimiter.admit(keyId, nowMs);
    if (!admission.ok) {
      throw new HttpError({
        code: 'RATE_LIMITED',
        message: `This API key is at its limit of ${keySessionsPerMinute} new sessions per minute; try again in ${admission.retryAfterSeconds} s.`,
        retryAfterSeconds: admission.retryAfterSeconds,
      });
    }
    this.#held.set(keyId, held + 1);
    this.#heldInAll += 1;
    return {
      release: once(() => this.#leave(keyId)),
      giveBack: once(() => this.#keyLimiter.giveBack(keyId, nowMs)),
    };
  }

  #leave(keyId: string): void {
    this.#heldInAll -= 1;
    const left = (this.#held.get(keyId) ?? 1) - 1;
    if (left === 0) this.#held.delete(keyId);
    else this.#held.set(keyId, left);
  }
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
