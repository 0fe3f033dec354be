import type { Logger } from 'pino';
import type { Clock, Timer } from '../clock.ts';
import { isUnavailable, StoreError } from './store-error.ts';
import type { SessionStore } from './store.ts';

/** How often a store that failed is tried. */
const PROBE_MS = 500;
const probeClaim = { keyId: '', idempotencyKey: 'probe', bodyHash: 'x'.repeat(16_384) };

/** Writes of requests. */
const WRITES: ReadonlySet<string | symbol> = new Set<keyof SessionStore>([
  'createSession',
  'saveToken',
  'takeToken',
  'sessionEnded',
  'claimIdempotency',
  'saveIdempotentResponse',
  'releaseIdempotency',
]);

export interface StoreHealthOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Whether the store can be written. While it cannot, no request waits to find that out: its write is
 * refused at once, and the store is tried from here until it works again.
 * @see PROTOCOL.md rules RS2 and RS21
 */
export class StoreHealth {
  readonly #options: StoreHealthOptions;
  #probe: Timer | undefined;
  #isAvailable = true;
  /** Somebody tries again and again what failed, which proves more than a probe. */
  #isTriedElsewhere = false;
  #isClosed = false;

  constructor(options: StoreHealthOptions) {
    this.#options = options;
  }

  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  /**
   * A write was refused by the store itself, for a reason that may pass.
   * @param isTriedAgain - whether its caller will try the same until it works, and say so
   */
  failed(error: unknown, isTriedAgain = false): void {
    if (this.#isClosed) return;
    this.#isTriedElsewhere ||= isTriedAgain;
    if (this.#isAvailable) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.logger.error(
        { reason },
        'the store cannot be written: calls go on, new ones are refused until it can',
      );
    }
    this.#isAvailable = false;
    if (!this.#isTriedElsewhere) this.#probe ??= this.#options.clock.setTimer(() => void this.#try(), PROBE_MS);
  }

  /** A write went through. */
  worked(): void {
    this.#isTriedElsewhere = false;
    if (this.#isAvailable) return;
    this.#isAvailable = true;
    this.#probe?.cancel();
    this.#probe = undefined;
    this.#options.logger.info('the store can be written again');
  }

  /** The same store for requests: refuses at once what it could not write. */
  guard(): SessionStore {
    return new Proxy(this.#options.store, {
      get: (store, name) => {
        const value: unknown = Reflect.get(store, name);
        if (typeof value !== 'function') return value;
        const method = value.bind(store) as (...args: unknown[]) => Promise<unknown>;
        return WRITES.has(name) ? (...args: unknown[]) => this.#write(() => method(...args)) : method;
      },
    });
  }

  async #write<Value>(write: () => Promise<Value>): Promise<Value> {
    if (!this.#isAvailable) throw notNow();
    try {
      return await write();
    } catch (error) {
      if (isUnavailable(error)) this.failed(error);
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#probe?.cancel();
    this.#probe = undefined;
  }

  async #try(): Promise<void> {
    this.#probe = undefined;
    try {
      const { store, clock } = this.#options;
      // As much as a change needs: a disk that is full may still take one that needs no new page.
      await store.claimIdempotency({ ...probeClaim, nowMs: clock.epochMs(), windowMs: 0 });
      await store.releaseIdempotency(probeClaim.keyId, probeClaim.idempotencyKey);
      if (!this.#isTriedElsewhere) this.worked();
    } catch (error) {
      this.failed(error);
    }
  }
}

function notNow(): StoreError {
  return new StoreError({
    code: 'STORE_UNAVAILABLE',
    message: 'The database cannot be written at the moment.',
    retryable: true,
  });
}
