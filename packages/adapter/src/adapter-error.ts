import { isBranded, RealtimeError, type RealtimeErrorOptions } from '@speko/protocol/lean';

/**
 * An error at or with a provider.
 *
 * - `BAD_OPTIONS`: the operator's options or the session's settings cannot be used; nothing was dialled.
 * - `CONNECT_FAILED`: no connection, or the vendor refused it for a reason that is none of those below.
 * - `AUTH_FAILED`: the key is wrong, revoked or not allowed.
 * - `MODEL_NOT_FOUND`: unknown or inaccessible model.
 * - `QUOTA_EXCEEDED`: no credit or quota left; reconnecting does not help.
 * - `RATE_LIMITED`: too much for now; later is fine.
 * - `UNAVAILABLE`: the vendor is overloaded or down.
 * - `SESSION_EXPIRED`: the vendor's own session limit is reached.
 * - `CONNECTION_LOST`: the connection dropped or the vendor stopped answering.
 * - `CLOSED`: the vendor ended the session on purpose.
 * - `INVALID_REQUEST`: the vendor refused a message of ours.
 * - `UNUSABLE_TOOL_CALL`: the model called a tool in a way that cannot be carried out; the adapter has told it so.
 * - `PROVIDER_ERROR`: anything else the vendor reports.
 */
export type AdapterErrorCode =
  | 'BAD_OPTIONS'
  | 'CONNECT_FAILED'
  | 'AUTH_FAILED'
  | 'MODEL_NOT_FOUND'
  | 'QUOTA_EXCEEDED'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'SESSION_EXPIRED'
  | 'CONNECTION_LOST'
  | 'CLOSED'
  | 'INVALID_REQUEST'
  | 'UNUSABLE_TOOL_CALL'
  | 'PROVIDER_ERROR';

const ADAPTER_ERROR_BRAND: unique symbol = Symbol.for('speko.AdapterError');

/** Options of {@link AdapterError}. */
export interface AdapterErrorOptions extends RealtimeErrorOptions<AdapterErrorCode> {
  /**
   * The setting of the session's request that cannot be used, as a request path such as `s2s.tools[3].parameters`;
   * its client is told. Absent where it is no single one.
   */
  path?: string | undefined;
}

/** Thrown by `parseOptions`, `plan` and `audio`; everything after dialling is reported as a `provider-error` event. */
export class AdapterError extends RealtimeError<AdapterErrorCode> {
  override readonly name = 'AdapterError';
  /** See {@link AdapterErrorOptions.path}. */
  readonly path: string | undefined;
  /** Marks instances across copies of this package. */
  readonly [ADAPTER_ERROR_BRAND] = true;

  constructor(options: AdapterErrorOptions) {
    super(options);
    this.path = options.path;
  }

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static override isInstance(error: unknown): error is AdapterError {
    return isBranded(error, ADAPTER_ERROR_BRAND);
  }
}
