import { isBranded } from '@speko/protocol/lean';
import { SpekoError } from './speko-error.ts';

const CONNECTION_ERROR_BRAND: unique symbol = Symbol.for('speko.SpekoConnectionError');

/**
 * Faults between client and gateway:
 * `CONNECTION_FAILED` (no connection came about), `CONNECTION_CLOSED` (it was lost), `TIMEOUT` (no answer in time),
 * `BAD_RESPONSE` (something answered that is no Speko gateway).
 */
export type SpekoConnectionErrorCode = 'CONNECTION_FAILED' | 'CONNECTION_CLOSED' | 'TIMEOUT' | 'BAD_RESPONSE';

/** Options of {@link SpekoConnectionError}. */
export interface SpekoConnectionErrorOptions {
  code: SpekoConnectionErrorCode;
  /** One sentence that tells the reader what to do. */
  message: string;
  /** What was caught. */
  cause?: unknown;
}

/** The gateway could not be reached, or the connection to it broke. Every code but `BAD_RESPONSE` is `retryable`. */
export class SpekoConnectionError extends SpekoError<SpekoConnectionErrorCode> {
  override readonly name: string = 'SpekoConnectionError';
  /** Marks instances across copies of this package. */
  readonly [CONNECTION_ERROR_BRAND] = true;

  constructor(options: SpekoConnectionErrorOptions) {
    super({ ...options, retryable: options.code !== 'BAD_RESPONSE' });
  }

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static override isInstance(error: unknown): error is SpekoConnectionError {
    return isBranded(error, CONNECTION_ERROR_BRAND);
  }
}
