/** How one HTTP error code is answered. */
export interface HttpErrorRow {
  /** HTTP status sent with the code. */
  readonly status: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** Whether the answer carries `Retry-After` in whole seconds. */
  readonly retryAfter: boolean;
}

/**
 * Every code an HTTP answer may carry, refused WebSocket upgrades included.
 * @see PROTOCOL.md rules ER1 and ER2
 */
export const HTTP_ERRORS = {
  VALIDATION_ERROR: { status: 400, retryable: false, retryAfter: false },
  UNAUTHORIZED: { status: 401, retryable: false, retryAfter: false },
  TOKEN_INVALID: { status: 401, retryable: false, retryAfter: false },
  TOKEN_EXPIRED: { status: 401, retryable: false, retryAfter: false },
  TOKEN_USED: { status: 401, retryable: false, retryAfter: false },
  FORBIDDEN: { status: 403, retryable: false, retryAfter: false },
  ORIGIN_FORBIDDEN: { status: 403, retryable: false, retryAfter: false },
  NOT_FOUND: { status: 404, retryable: false, retryAfter: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, retryAfter: false },
  IDEMPOTENCY_CONFLICT: { status: 409, retryable: false, retryAfter: false },
  SESSION_ENDED: { status: 409, retryable: false, retryAfter: false },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, retryAfter: false },
  PROVIDER_NOT_CONFIGURED: { status: 422, retryable: false, retryAfter: false },
  UPGRADE_REQUIRED: { status: 426, retryable: false, retryAfter: false },
  RATE_LIMITED: { status: 429, retryable: true, retryAfter: true },
  INTERNAL: { status: 500, retryable: true, retryAfter: false },
  DRAINING: { status: 503, retryable: true, retryAfter: true },
  OVERLOADED: { status: 503, retryable: true, retryAfter: true },
  STORE_UNAVAILABLE: { status: 503, retryable: true, retryAfter: true },
} as const satisfies Record<string, HttpErrorRow>;

/** A code of {@link HTTP_ERRORS}. */
export type HttpErrorCode = keyof typeof HTTP_ERRORS;
