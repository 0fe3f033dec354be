import { isBranded, type ErrorIssue, type HttpErrorCode } from '@speko/protocol/lean';
import { SpekoError } from './speko-error.ts';

const API_ERROR_BRAND: unique symbol = Symbol.for('speko.SpekoApiError');
const AUTH_ERROR_BRAND: unique symbol = Symbol.for('speko.SpekoAuthError');
const RATE_LIMIT_ERROR_BRAND: unique symbol = Symbol.for('speko.SpekoRateLimitError');

/** Codes the gateway is known to send, `HTTP_ERROR` for an answer without a Speko error body, or one of a later version. */
export type SpekoApiErrorCode = HttpErrorCode | 'HTTP_ERROR' | (string & {});

/** Options of {@link SpekoApiError}. */
export interface SpekoApiErrorOptions {
  code: SpekoApiErrorCode;
  /** The gateway's own sentence. */
  message: string;
  /** HTTP status. */
  status: number;
  /**
   * What is wrong with the request, for `VALIDATION_ERROR`.
   * @defaultValue none
   */
  issues?: readonly ErrorIssue[];
  /** Seconds to wait before the next try, where the gateway said so. */
  retryAfterSeconds?: number | undefined;
  /** Whether the same request may succeed later. */
  retryable?: boolean;
}

/**
 * The gateway refused a request, or the upgrade to a WebSocket.
 * @see the table of HTTP errors in PROTOCOL.md, rule ER1
 */
export class SpekoApiError extends SpekoError<SpekoApiErrorCode> {
  override readonly name: string = 'SpekoApiError';
  /** HTTP status. */
  readonly status: number;
  /** What is wrong with the request and where; empty for every code but `VALIDATION_ERROR`. */
  readonly issues: readonly ErrorIssue[];
  /** Seconds to wait before the next try, a day at most; `undefined` where the gateway did not say. */
  readonly retryAfterSeconds: number | undefined;
  /** Marks instances across copies of this package. */
  readonly [API_ERROR_BRAND] = true;

  constructor(options: SpekoApiErrorOptions) {
    super(options);
    this.status = options.status;
    this.issues = options.issues ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static override isInstance(error: unknown): error is SpekoApiError {
    return isBranded(error, API_ERROR_BRAND);
  }
}

/**
 * HTTP 401 or 403: the API key or the session's token is missing, wrong, expired, used up, or may not do this.
 * `code` tells which: `UNAUTHORIZED`, `FORBIDDEN`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_USED`, `ORIGIN_FORBIDDEN`.
 */
export class SpekoAuthError extends SpekoApiError {
  override readonly name: string = 'SpekoAuthError';
  /** Marks instances across copies of this package. */
  readonly [AUTH_ERROR_BRAND] = true;

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static override isInstance(error: unknown): error is SpekoAuthError {
    return isBranded(error, AUTH_ERROR_BRAND);
  }
}

/** HTTP 429: this key has started too many sessions, or has too many open. See `retryAfterSeconds`. */
export class SpekoRateLimitError extends SpekoApiError {
  override readonly name: string = 'SpekoRateLimitError';
  /** Marks instances across copies of this package. */
  readonly [RATE_LIMIT_ERROR_BRAND] = true;

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static override isInstance(error: unknown): error is SpekoRateLimitError {
    return isBranded(error, RATE_LIMIT_ERROR_BRAND);
  }
}
