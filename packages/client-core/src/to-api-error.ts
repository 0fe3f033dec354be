import { HTTP_ERRORS, type ErrorIssue, type HttpErrorCode } from '@speko/protocol/lean';
import { SpekoApiError, SpekoAuthError, SpekoRateLimitError } from './speko-api-error.ts';

/** A day: what says longer means no time that anybody waits for, and timers take no more than 24 days. */
const LONGEST_RETRY_AFTER_S = 86_400;

/** A refusal as it came over the network. */
export interface HttpRefusal {
  /** HTTP status. */
  status: number;
  /** The whole body. */
  body: string;
  /** Value of `Retry-After`, if the answer had one. */
  retryAfter: string | null | undefined;
}

/** Turns a refused request, or a refused upgrade, into the error class for its status. */
export function toApiError({ status, body, retryAfter }: HttpRefusal): SpekoApiError {
  const { code, message, issues } = readErrorBody(body) ?? {
    code: 'HTTP_ERROR',
    message: `The answer was HTTP ${status} without a Speko error. Check that baseUrl leads to a Speko gateway and not to a proxy in front of it.`,
    issues: [],
  };
  const retryable = isKnownCode(code) ? HTTP_ERRORS[code].retryable : status === 429 || status >= 500;
  const options = { code, message, status, issues, retryable, retryAfterSeconds: readSeconds(retryAfter) };
  if (status === 401 || status === 403) return new SpekoAuthError(options);
  if (status === 429) return new SpekoRateLimitError(options);
  return new SpekoApiError(options);
}

function readErrorBody(body: string): { code: string; message: string; issues: ErrorIssue[] } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value['error'] !== 'string' || typeof value['code'] !== 'string') return undefined;
  const issues = Array.isArray(value['issues']) ? value['issues'].filter(isIssue) : [];
  return { code: value['code'], message: value['error'], issues };
}

function isIssue(value: unknown): value is ErrorIssue {
  return isObject(value) && typeof value['path'] === 'string' && typeof value['message'] === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isKnownCode(code: string): code is HttpErrorCode {
  return Object.hasOwn(HTTP_ERRORS, code);
}

/** The gateway writes whole seconds; the header's other form, a date, is left alone. */
function readSeconds(value: string | null | undefined): number | undefined {
  return /^\d+$/.test(value ?? '') ? Math.min(Number(value), LONGEST_RETRY_AFTER_S) : undefined;
}
