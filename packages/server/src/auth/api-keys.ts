import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { SessionStore, StoredKey } from '../store/store.ts';

/** Prefix of every key made here, so that people and secret scanners recognise one. */
export const API_KEY_PREFIX = 'sk_speko_';

/** A new key: its text is shown once and never stored. */
export interface CreatedKey {
  /** The secret itself, shown once: only its hash is stored. */
  readonly key: string;
  readonly stored: StoredKey;
}

/** A key from the operator's configuration: valid as long as it stands there, and never stored. */
export interface ConfiguredKey {
  /** The secret itself. */
  readonly key: string;
  /** For people. */
  readonly name: string;
}

/** What {@link ApiKeys} is made from. */
export interface ApiKeysOptions {
  readonly store: SessionStore;
  readonly configuredKeys?: readonly ConfiguredKey[];
  /**
   * Clock, epoch milliseconds.
   * @defaultValue `Date.now`
   */
  readonly nowMs?: () => number;
  /**
   * Monotonic milliseconds, for how long a key that was just used is not looked up again.
   * @defaultValue `performance.now`
   */
  readonly steadyMs?: () => number;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 characters of 62: 190 bits. */
const KEY_CHARACTERS = 32;
/** How late a revocation by another process is noticed. */
const CACHE_MS = 5_000;
const CACHE_KEYS = 1_000;

/**
 * Who may call. Only hashes are kept; a key has far too much entropy for its plain SHA-256 to be searched. A key
 * that was just used is not looked up again for 5 s; a revocation through this object counts at once.
 */
export class ApiKeys {
  readonly #store: SessionStore;
  readonly #nowMs: () => number;
  readonly #steadyMs: () => number;
  readonly #configured = new Map<string, StoredKey>();
  readonly #cache = new Map<string, { readonly key: StoredKey; readonly untilMs: number }>();
  /** Counts revocations: a lookup that was under way during one is not cached. */
  #revocations = 0;

  constructor({ store, configuredKeys = [], nowMs = Date.now, steadyMs = () => performance.now() }: ApiKeysOptions) {
    this.#store = store;
    this.#nowMs = nowMs;
    this.#steadyMs = steadyMs;
    for (const { key, name } of configuredKeys) {
      const keyHash = hashApiKey(key);
      this.#configured.set(keyHash, { keyId: keyIdOf(keyHash), keyHash, name, createdAtMs: nowMs() });
    }
  }

  /** Makes and stores a key. Without `providers` it may use all of them. */
  async create({ name, providers }: { name: string; providers?: readonly string[] }): Promise<CreatedKey> {
    const key = mintApiKey();
    const keyHash = hashApiKey(key);
    const stored: StoredKey = {
      keyId: keyIdOf(keyHash),
      keyHash,
      name,
      createdAtMs: this.#nowMs(),
      ...(providers !== undefined && { providers }),
    };
    await this.#store.saveKey(stored);
    return { key, stored };
  }

  /** The key's record, or `undefined` when it is unknown or revoked. */
  async authenticate(key: string): Promise<StoredKey | undefined> {
    const keyHash = hashApiKey(key);
    const known = this.#configured.get(keyHash) ?? this.#cached(keyHash);
    if (known !== undefined) return known;
    const revocations = this.#revocations;
    const stored = await this.#store.findKey(keyHash);
    if (stored === undefined || stored.revokedAtMs !== undefined || !equalHashes(stored.keyHash, keyHash))
      return undefined;
    if (revocations === this.#revocations) this.#remember(stored);
    return stored;
  }

  /** Keys of the store, without the configured ones. */
  async list(): Promise<readonly StoredKey[]> {
    return this.#store.listKeys();
  }

  /** False when the store has no such key. A configured key is revoked by taking it out of the configuration. */
  async revoke(keyId: string): Promise<boolean> {
    const revoked = await this.#store.revokeKey(keyId, this.#nowMs());
    this.#revocations += 1;
    this.#cache.clear();
    return revoked;
  }

  #cached(keyHash: string): StoredKey | undefined {
    const entry = this.#cache.get(keyHash);
    if (entry === undefined) return undefined;
    if (this.#steadyMs() < entry.untilMs) return entry.key;
    this.#cache.delete(keyHash);
    return undefined;
  }

  #remember(key: StoredKey): void {
    const [oldest] = this.#cache.keys();
    if (this.#cache.size >= CACHE_KEYS && oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(key.keyHash, { key, untilMs: this.#steadyMs() + CACHE_MS });
  }
}

/** SHA-256 of a key's text, in hexadecimal. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** A random key. */
export function mintApiKey(): string {
  const characters = Array.from({ length: KEY_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return API_KEY_PREFIX + characters.join('');
}

/** Derived from the hash, so that a configured key keeps its sessions over restarts. */
function keyIdOf(keyHash: string): string {
  return `key_${keyHash.slice(0, 16)}`;
}

/** A store may compare loosely or leak timing; this does neither. */
function equalHashes(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}
