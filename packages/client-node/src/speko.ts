import process from 'node:process';
import {
  RestClient,
  SpekoError,
  type FetchLike,
  type RequestOptions,
  type SessionInfo,
  type SessionParams,
} from '@speko/client-core';
import { checkOptions, checkTools } from './check-options.ts';
import { OPTION_NAMES } from './option-names.ts';
import { RealtimeSession, type RealtimeSessionOptions } from './realtime-session.ts';

/** How to reach a gateway. */
export interface SpekoOptions {
  /** @defaultValue the environment variable `SPEKO_API_KEY` */
  readonly apiKey?: string | undefined;
  /**
   * Where the gateway is. Slashes and a `/v1` at the end count for nothing.
   * @defaultValue the environment variable `SPEKO_BASE_URL`, else `http://127.0.0.1:8787`
   */
  readonly baseUrl?: string | URL | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: FetchLike | undefined;
  /**
   * Longest wait for a REST answer, in milliseconds.
   * @defaultValue 30000
   */
  readonly timeoutMs?: number | undefined;
}

/** What {@link Speko.createSession} takes. */
export interface CreateSessionParams extends SessionParams, RequestOptions {}

/** What {@link Speko.connectRealtime} takes. */
export interface ConnectRealtimeParams extends CreateSessionParams, Omit<RealtimeSessionOptions, 'tools' | 'signal'> {
  /** Cancels mint and connection; once the session is open, closes it. */
  readonly signal?: AbortSignal | undefined;
}

/** Longest wait for the end of a session that could not be opened. */
const ABANDON_TIMEOUT_MS = 1_000;
const DEFAULT_BASE_URL = 'http://127.0.0.1:8787';

/** A client of one gateway. It holds an API key, so it belongs on a server. */
export class Speko {
  readonly #rest: RestClient;

  /** @throws {@link SpekoError} `MISSING_API_KEY` or `INVALID_ARGUMENT` */
  constructor(options: SpekoOptions = {}) {
    checkOptions('new Speko()', options);
    const apiKey = options.apiKey ?? process.env['SPEKO_API_KEY']?.trim();
    if (apiKey === undefined || apiKey === '') {
      throw new SpekoError({
        code: 'MISSING_API_KEY',
        message: 'There is no API key. Set SPEKO_API_KEY or pass apiKey; the gateway prints one when it starts.',
      });
    }
    this.#rest = new RestClient({
      apiKey,
      baseUrl: options.baseUrl?.toString().trim() ?? (process.env['SPEKO_BASE_URL']?.trim() || DEFAULT_BASE_URL),
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      timeoutMs: options.timeoutMs,
    });
  }

  /**
   * Mints a session without opening it. Pass the answer to the user's client; it holds a single-use token and no API key.
   * @throws {@link SpekoAuthError}, {@link SpekoRateLimitError}, {@link SpekoApiError}, {@link SpekoConnectionError},
   * {@link SpekoError} `INVALID_ARGUMENT`, or the signal's reason
   */
  async createSession(params: CreateSessionParams): Promise<SessionInfo> {
    checkOptions('createSession()', params);
    return await this.#mint(params);
  }

  /**
   * Mints a session and opens it.
   *
   * The provider may still be connecting when this resolves: audio may be sent at once, and `ready` tells. When opening
   * fails, the session is ended at the gateway, unless an `idempotencyKey` lets a repeat open the same session.
   * @throws what {@link Speko.createSession} and {@link RealtimeSession.open} throw
   */
  async connectRealtime(params: ConnectRealtimeParams): Promise<RealtimeSession> {
    checkOptions('connectRealtime()', params);
    const info = await this.#mint(params);
    try {
      return await RealtimeSession.open(info, toSessionOptions(params));
    } catch (error) {
      if (params.idempotencyKey === undefined) await this.#abandon(info);
      throw error;
    }
  }

  async #mint(params: CreateSessionParams): Promise<SessionInfo> {
    checkTools(params.tools);
    const { signal, idempotencyKey } = params;
    return await this.#rest.createSession(params, { signal, idempotencyKey });
  }

  /** Abandoned, this session would count against the key's limits until it expires. */
  async #abandon({ sessionId }: SessionInfo): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, ABANDON_TIMEOUT_MS)));
    const signal = AbortSignal.timeout(ABANDON_TIMEOUT_MS);
    // The error worth telling is why it did not open.
    await Promise.race([this.#rest.endSession(sessionId, { signal }).catch(() => {}), timeUp]);
    clearTimeout(timer);
  }
}

/** The part about the open session. */
function toSessionOptions(params: ConnectRealtimeParams): RealtimeSessionOptions {
  const names: readonly string[] = OPTION_NAMES['RealtimeSession.open()'];
  return Object.fromEntries(Object.entries(params).filter(([name]) => names.includes(name)));
}
