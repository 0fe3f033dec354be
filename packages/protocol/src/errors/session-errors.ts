/** How one in-session error code behaves. */
export interface SessionErrorRow {
  /** Whether a frame with this code carries `"fatal":true`: always, never, or as the case may be. */
  readonly fatal: 'always' | 'sometimes' | 'never';
  /** Whether a new attempt may succeed later without a change. */
  readonly retryable: boolean;
}

/**
 * Every code an `error` frame of this gateway may carry. A client accepts codes it does not know.
 * @see PROTOCOL.md rules ER4 to ER8
 */
export const SESSION_ERRORS = {
  S2S_PROVIDER_CONNECT_FAILED: { fatal: 'always', retryable: false },
  BAD_FRAME: { fatal: 'sometimes', retryable: false },
  BAD_AUDIO: { fatal: 'sometimes', retryable: false },
  UNKNOWN_TOOL_CALL: { fatal: 'never', retryable: false },
  BAD_TOOL_CALL: { fatal: 'never', retryable: false },
  PROVIDER_ERROR: { fatal: 'sometimes', retryable: false },
  PROVIDER_RATE_LIMITED: { fatal: 'sometimes', retryable: true },
  PROVIDER_UNAVAILABLE: { fatal: 'sometimes', retryable: true },
  UNSUPPORTED: { fatal: 'never', retryable: false },
  AUDIO_OVERFLOW: { fatal: 'never', retryable: false },
  TOO_FAST: { fatal: 'never', retryable: false },
  INTERNAL: { fatal: 'sometimes', retryable: true },
} as const satisfies Record<string, SessionErrorRow>;

/** A code of {@link SESSION_ERRORS}. */
export type SessionErrorCode = keyof typeof SESSION_ERRORS;
