const REALTIME_ERROR_BRAND: unique symbol = Symbol.for('speko.RealtimeError');

/** Options of every {@link RealtimeError}. */
export interface RealtimeErrorOptions<Code extends string = string> {
  /** Stable `UPPER_SNAKE` code; callers branch on it, so it never changes meaning. */
  code: Code;
  /** One sentence that tells the reader what to do. Never holds keys or tokens. */
  message: string;
  /**
   * Whether the same call may succeed later without a change.
   * @defaultValue false
   */
  retryable?: boolean | undefined;
  /** What was caught, when this error explains another one. */
  cause?: unknown;
}

/**
 * Base class of every error this project throws on purpose.
 *
 * A subclass narrows `code` by its type argument, carries its own `Symbol.for` marker and overrides
 * `isInstance` with {@link isBranded}; that keeps recognition working when two copies of a package are loaded.
 */
export class RealtimeError<Code extends string = string> extends Error {
  override readonly name: string = 'RealtimeError';
  /** Stable code; see {@link RealtimeErrorOptions.code}. */
  readonly code: Code;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** Marks instances across copies of this package. */
  readonly [REALTIME_ERROR_BRAND] = true;

  constructor(options: RealtimeErrorOptions<Code>) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retryable = options.retryable ?? false;
  }

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static isInstance(error: unknown): error is RealtimeError {
    return isBranded(error, REALTIME_ERROR_BRAND);
  }
}

/** Whether `value` is an object marked with `brand`; what a subclass of {@link RealtimeError} builds `isInstance` from. */
export function isBranded(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && brand in value;
}
