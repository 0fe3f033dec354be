import process from 'node:process';

import {
  RestClient,
  SpekoError,
  type FetchLike,
  type RequestOptions,
  type SessionInfo,
  type SessionOptions,
  type SessionParams,
} from '@speko/client-core';

import { RealtimeSession } from './realtime-session.ts';

/** How to reach a gateway. */
export interface SpekoOptions {
  /** @defaultValue the environment variable `SPEKO_API_KEY` */
  readonly apiKey?: string | undefined;
  /** @defaultValue the environment variable `SPEKO_BASE_URL`, else `http://127.0.0.1:8787` */
  readonly baseUrl?: string | undefined;
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
export interface ConnectRealtimeParams extends CreateSessionParams, Omit<SessionOptions, 'tools' | 'signal'> {
  /** Cancels mint and connection; once the session is open, closes it. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_BASE_URL = 'http://127.0.0.1:8787';

/** A client of one gateway. It holds an API key, so it belongs on a server. */
export class Speko {
  readonly #rest: RestClient;

  /** @throws {@link SpekoError} `MISSING_API_KEY` or `INVALID_ARGUMENT` */
  constructor(options: SpekoOptions = {}) {
    const apiKey = options.apiKey ?? process.env['SPEKO_API_KEY']?.trim();
    if (apiKey === undefined || apiKey === '') {
      throw new SpekoError({
        code: 'MISSING_API_KEY',
        message: 'There is no API key. Set SPEKO_API_KEY or pass apiKey; the gateway prints one when it starts.',
      });
    }
    this.#rest = new RestClient({
      apiKey,
      baseUrl: options.baseUrl ?? (process.env['SPEKO_BASE_URL']?.trim() || DEFAULT_BASE_URL),
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      timeoutMs: options.timeoutMs,
    });
  }

  /**
   * Mints a session without opening it. Hand the answer to whoever talks; it holds a single-use token and no API key.
   * @throws {@link SpekoAuthError}, {@link SpekoRateLimitError}, {@link SpekoApiError}, {@link SpekoConnectionError},
   * {@link SpekoError} `INVALID_ARGUMENT`, or the signal's reason
   */
  createSession(params: CreateSessionParams): Promise<SessionInfo> {
    const { signal, idempotencyKey } = params;
    return this.#rest.createSession(params, { signal, idempotencyKey });
  }

  /**
   * Mints a session and opens it.
   *
   * The provider may still be connecting when this resolves: audio may be sent at once, and `ready` tells.
   * @throws what {@link Speko.createSession} and {@link RealtimeSession.open} throw
   */
  async connectRealtime(params: ConnectRealtimeParams): Promise<RealtimeSession> {
    const info = await this.createSession(params);
    return RealtimeSession.open(info, params);
  }
}
