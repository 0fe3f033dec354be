import {
  type ErrorBody,
  type ErrorIssue,
  HTTP_ERRORS,
  type HttpErrorCode,
  isBranded,
  RealtimeError,
} from '@speko/protocol';

const BRAND = Symbol.for('speko.HttpError');

/** A refusal of a request. */
export interface HttpErrorOptions {
  readonly code: HttpErrorCode;
  /** One sentence that tells the caller what to do; it is sent. */
  readonly message: string;
  readonly issues?: readonly ErrorIssue[];
  /** For the codes that carry `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A refusal on its way to the client: status and body follow from the code. */
export class HttpError extends RealtimeError<HttpErrorCode> {
  override readonly name: string = 'HttpError';
  readonly issues: readonly ErrorIssue[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly [BRAND] = true;

  constructor(options: HttpErrorOptions) {
    const { code, message, cause } = options;
    super({ code, message, retryable: HTTP_ERRORS[code].retryable, cause });
    this.issues = options.issues;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** True for an HttpError of any copy of this package. */
  static override isInstance(error: unknown): error is HttpError {
    return isBranded(error, BRAND);
  }

  get status(): number {
    return HTTP_ERRORS[this.code].status;
  }

  get body(): ErrorBody {
    return { error: this.message, code: this.code, ...(this.issues !== undefined && { issues: [...this.issues] }) };
  }

  /** Headers that belong to this refusal, in lower case. */
  get headers(): Record<string, string> {
    return {
      ...(this.status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(this.retryAfterSeconds !== undefined && { 'retry-after': String(this.retryAfterSeconds) }),
    };
  }
}

/** A refusal for one thing that is wrong with a request. */
export function validationError(path: string, message: string): HttpError {
  const where = path === '' ? 'The request' : path;
  return new HttpError({ code: 'VALIDATION_ERROR', message: `${where}: ${message}`, issues: [{ path, message }] });
}

/** Refuses a session that does not exist or belongs to another key, without telling which. */
export function sessionNotFound(): HttpError {
  return new HttpError({
    code: 'NOT_FOUND',
    message: 'This API key has no session with this id; check the id, and that the key is the one that minted it.',
  });
}

/** A refusal because the store cannot be used at the moment. */
export function storeUnavailable(cause: unknown): HttpError {
  return new HttpError({ code: 'STORE_UNAVAILABLE', message: STORE_UNAVAILABLE_MESSAGE, retryAfterSeconds: 1, cause });
}

/** Answer to a request while the store cannot be used; calls under way go on. */
export const STORE_UNAVAILABLE_MESSAGE =
  "The gateway's database cannot be used at the moment, and nothing was changed; try again in a second.";
