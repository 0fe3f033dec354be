import { isBranded, RealtimeError } from '@speko/protocol/lean';

const SPEKO_ERROR_BRAND: unique symbol = Symbol.for('speko.SpekoError');

/**
 * Base class of every error the clients throw.
 *
 * Thrown itself, with code `INVALID_ARGUMENT` or `MISSING_API_KEY`, for a call that cannot work as it was written.
 * @see `SpekoApiError` and `SpekoConnectionError` for what happens on the network
 */
export class SpekoError<Code extends string = string> extends RealtimeError<Code> {
  override readonly name: string = 'SpekoError';
  /** Marks instances across copies of this package. */
  readonly [SPEKO_ERROR_BRAND] = true;

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static override isInstance(error: unknown): error is SpekoError {
    return isBranded(error, SPEKO_ERROR_BRAND);
  }
}

/** The error for an argument that is wrong whatever the gateway says. */
export function invalidArgument(message: string): SpekoError<'INVALID_ARGUMENT'> {
  return new SpekoError({ code: 'INVALID_ARGUMENT', message });
}
