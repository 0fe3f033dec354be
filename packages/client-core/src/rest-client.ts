import { IDEMPOTENCY_KEY_HEADER, PATHS, sessionEndPath } from '@speko/protocol/lean';
import { clampDelay } from './clamp-delay.ts';
import { describeCause } from './describe-cause.ts';
import { describeError } from './describe-error.ts';
import { readBody } from './read-body.ts';
import { isSessionInfo, toCreateSessionRequest, type SessionInfo, type SessionParams } from './session-params.ts';
import { SpekoConnectionError } from './speko-connection-error.ts';
import { invalidArgument, SpekoError } from './speko-error.ts';
import { toApiError } from './to-api-error.ts';
import { writeJson } from './write-json.ts';

/** The part of `fetch` that is used, so that tests and proxies can stand in for it. */
export type FetchLike = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string; signal: AbortSignal },
) => Promise<FetchAnswer>;

/** The part of a `Response` that is read. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: {
    /** A header's value; `null` when there is none. */
    get(name: string): string | null;
  };
  /** Reads the whole body. */
  text(): Promise<string>;
  /** The body in pieces, as `Response.body`. Where it is there it is read instead, and no more than 1 MiB of it. */
  readonly body?: FetchBody | null;
}

/** The part of a `ReadableStream` that is read. */
export interface FetchBody {
  /** Takes over the body: no other code may read it. */
  getReader(): FetchBodyReader;
}

/** The part of a `ReadableStreamDefaultReader` that is used. */
export interface FetchBodyReader {
  /** The next piece; without one the body is over. */
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
  /** The rest is not wanted. */
  cancel(): Promise<void>;
}

/** Options of {@link RestClient}. */
export interface RestClientOptions {
  /** Never leaves the `Authorization` header. */
  apiKey: string;
  /** Where the gateway is, with or without a path, such as `http://127.0.0.1:8787`. `/v1` and slashes at its end count for nothing. */
  baseUrl: string;
  fetch: FetchLike;
  /**
   * Longest wait for a whole answer, in milliseconds.
   * @defaultValue 30000
   */
  timeoutMs?: number | undefined;
}

/** Options of one request. */
export interface RequestOptions {
  /** Cancels the request; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** A repeat with the same key and body within 10 minutes gets the same session; 1 to 255 printable characters. */
  readonly idempotencyKey?: string | undefined;
}

const PRINTABLE = /^[!-~]+$/;

/** Calls the gateway's REST API with an API key, so it belongs on a back end. */
export class RestClient {
  readonly #apiKey: string;
  readonly #baseUrl: string;
  readonly #fetch: FetchLike;
  readonly #timeoutMs: number;

  /** @throws {@link SpekoError} `INVALID_ARGUMENT` */
  constructor({ apiKey, baseUrl, fetch, timeoutMs = 30_000 }: RestClientOptions) {
    // Checked here because the error of a refused header would quote the key.
    if (!PRINTABLE.test(apiKey)) {
      throw invalidArgument('apiKey must be printable ASCII without spaces. Copy it again, without line breaks.');
    }
    if (!/^https?:\/\/[^\s?#@/][^\s?#@]*$/i.test(baseUrl)) {
      throw invalidArgument(
        'baseUrl must begin with http:// or https:// and hold no user, query or fragment, such as "http://127.0.0.1:8787".',
      );
    }
    if (typeof timeoutMs !== 'number' || !(timeoutMs > 0))
      throw invalidArgument('timeoutMs must be a number of milliseconds, more than 0.');
    this.#apiKey = apiKey;
    this.#baseUrl = trimBaseUrl(baseUrl);
    this.#fetch = fetch;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Mints a session: `POST /v1/sessions`.
   * @throws {@link SpekoAuthError} for HTTP 401 and 403, {@link SpekoRateLimitError} for 429, {@link SpekoApiError} for
   * any other refusal, {@link SpekoConnectionError} when no answer came, {@link SpekoError} `INVALID_ARGUMENT`
   */
  async createSession(params: SessionParams, { signal, idempotencyKey }: RequestOptions = {}): Promise<SessionInfo> {
    if (idempotencyKey !== undefined && !PRINTABLE.test(idempotencyKey)) {
      throw invalidArgument('idempotencyKey must be printable ASCII without spaces, such as a UUID.');
    }
    const headers = this.#headers();
    if (idempotencyKey !== undefined) headers[IDEMPOTENCY_KEY_HEADER] = idempotencyKey;
    const body = toBody(params);
    const answer = await this.#post(PATHS.sessions, headers, body, signal);
    if (isSessionInfo(answer)) return answer;
    throw new SpekoConnectionError({
      code: 'BAD_RESPONSE',
      message: `${this.#baseUrl} answered, but not with a session. Check that baseUrl leads to a Speko gateway.`,
    });
  }

  /**
   * Ends a session: `POST /v1/sessions/{id}/end`.
   * @throws what {@link RestClient.createSession} throws; {@link SpekoApiError} `SESSION_ENDED` when it is over already
   */
  async endSession(sessionId: string, { signal }: Pick<RequestOptions, 'signal'> = {}): Promise<void> {
    await this.#post(sessionEndPath(sessionId), this.#headers(), '{}', signal);
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#apiKey}`, 'content-type': 'application/json' };
  }

  async #post(
    path: string,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(signal?.reason);
    let hasTimedOut = false;
    const timer = setTimeout(() => {
      hasTimedOut = true;
      controller.abort();
    }, clampDelay(this.#timeoutMs));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const response = await this.#fetch(`${this.#baseUrl}${path}`, {
        method: 'POST',
        headers,
        body,
        signal: controller.signal,
      });
      const { text, isCut } = await readBody(response);
      if (response.status < 200 || response.status > 299) {
        throw toApiError({ status: response.status, body: text, retryAfter: response.headers.get('retry-after') });
      }
      if (isCut) throw this.#tooMuch();
      return parseJson(text);
    } catch (error) {
      if (SpekoError.isInstance(error)) throw error;
      signal?.throwIfAborted();
      throw hasTimedOut ? this.#timeout() : this.#unreachable(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #tooMuch(): SpekoConnectionError {
    return new SpekoConnectionError({
      code: 'BAD_RESPONSE',
      message: `${this.#baseUrl} answered with more than 1 MiB. Check that baseUrl leads to a Speko gateway.`,
    });
  }

  #timeout(): SpekoConnectionError {
    return new SpekoConnectionError({
      code: 'TIMEOUT',
      message: `${this.#baseUrl} did not answer within ${this.#timeoutMs} ms. Try again, or raise timeoutMs.`,
    });
  }

  #unreachable(cause: unknown): SpekoConnectionError {
    const why = describeCause(cause) ?? '';
    // An error thrown by a custom `fetch` may quote the request.
    const reason = why === '' || why.includes(this.#apiKey) ? '' : ` (${why})`;
    return new SpekoConnectionError({
      code: 'CONNECTION_FAILED',
      message: `Could not reach ${this.#baseUrl}${reason}. Check that the gateway runs there and that baseUrl is right.`,
      cause,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Many write the address as for an OpenAI client, whose paths begin behind `/v1`. A gateway behind a prefix that ends in
 * `/v1` itself is written `…/v1/v1`.
 */
function trimBaseUrl(baseUrl: string): string {
  return baseUrl
    .replace(/\/+$/, '')
    .replace(/\/+v1$/, '')
    .replace(/\/+$/, '');
}

function toBody(params: SessionParams): string {
  const request = toCreateSessionRequest(params);
  try {
    return writeJson(request) as string;
  } catch (error) {
    throw invalidArgument(`The session's parameters are no JSON: ${describeError(error)}`);
  }
}
