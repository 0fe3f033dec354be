import type { AdapterErrorCode, ConnectionEnd, ProviderErrorEvent } from '@speko/adapter';
import { z } from 'zod';

/** What the vendor said about a failure, wherever it said it. */
export interface OpenAIError {
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string;
  /** `event_id` of the client event that failed. */
  readonly eventId: string | undefined;
}

interface ErrorRow {
  readonly code: AdapterErrorCode;
  readonly fatal: boolean;
  readonly retryable: boolean;
}

const fatal = (code: AdapterErrorCode, retryable = false): ErrorRow => ({ code, fatal: true, retryable });
const mild = (code: AdapterErrorCode, retryable = false): ErrorRow => ({ code, fatal: false, retryable });

/** By the vendor's `code`, and by its `type` where the code says nothing. */
const ERRORS: Readonly<Record<string, ErrorRow>> = {
  invalid_api_key: fatal('AUTH_FAILED'),
  account_deactivated: fatal('AUTH_FAILED'),
  authentication_error: fatal('AUTH_FAILED'),
  model_not_found: fatal('MODEL_NOT_FOUND'),
  invalid_model: fatal('MODEL_NOT_FOUND'),
  missing_model: fatal('MODEL_NOT_FOUND'),
  insufficient_quota: fatal('QUOTA_EXCEEDED'),
  credit_balance_exhausted: fatal('QUOTA_EXCEEDED'),
  billing_hard_limit_reached: fatal('QUOTA_EXCEEDED'),
  beta_api_shape_disabled: fatal('INVALID_REQUEST'),
  session_expired: fatal('SESSION_EXPIRED', true),
  model_load_error: fatal('UNAVAILABLE', true),
  rate_limit_exceeded: mild('RATE_LIMITED', true),
  inference_rate_limit_exceeded: mild('RATE_LIMITED', true),
  cannot_update_voice: mild('INVALID_REQUEST'),
  unknown_parameter: mild('INVALID_REQUEST'),
  missing_required_parameter: mild('INVALID_REQUEST'),
  invalid_value: mild('INVALID_REQUEST'),
  invalid_type: mild('INVALID_REQUEST'),
  string_above_max_length: mild('INVALID_REQUEST'),
  invalid_json: mild('INVALID_REQUEST'),
  invalid_event: mild('INVALID_REQUEST'),
  invalid_request_error: mild('INVALID_REQUEST'),
  server_error: mild('PROVIDER_ERROR', true),
};

/** Races that end well by themselves: reporting them would only alarm. */
const HARMLESS_CODES: ReadonlySet<string> = new Set([
  'response_cancel_not_active',
  'conversation_already_has_active_response',
  'input_audio_buffer_commit_empty',
  'item_truncate_invalid_item_id',
  'item_delete_invalid_item_id',
  'unsupported_content_type',
]);

/** Refused truncations carry no code of their own. */
const HARMLESS_MESSAGES =
  /^(?:Only model output audio messages can be truncated|Audio content of \d+ ?ms is already shorter)/;

const CLOSE_CODES: Readonly<Record<number, ErrorRow>> = {
  1000: fatal('CLOSED'),
  1001: fatal('UNAVAILABLE', true),
  1002: fatal('PROVIDER_ERROR'),
  1003: fatal('PROVIDER_ERROR'),
  1005: fatal('CONNECTION_LOST', true),
  1006: fatal('CONNECTION_LOST', true),
  1007: fatal('PROVIDER_ERROR'),
  1008: fatal('PROVIDER_ERROR'),
  1009: fatal('PROVIDER_ERROR'),
  1010: fatal('PROVIDER_ERROR'),
  1011: fatal('CONNECTION_LOST', true),
  1012: fatal('CONNECTION_LOST', true),
  1013: fatal('UNAVAILABLE', true),
  1015: fatal('CONNECTION_LOST', true),
  3000: fatal('AUTH_FAILED'),
  4000: fatal('INVALID_REQUEST'),
  4004: fatal('MODEL_NOT_FOUND'),
};

const HTTP_STATUSES: Readonly<Record<number, ErrorRow>> = {
  400: fatal('CONNECT_FAILED'),
  401: fatal('AUTH_FAILED'),
  403: fatal('AUTH_FAILED'),
  404: fatal('MODEL_NOT_FOUND'),
  408: fatal('UNAVAILABLE', true),
  429: fatal('RATE_LIMITED', true),
  500: fatal('UNAVAILABLE', true),
  502: fatal('UNAVAILABLE', true),
  503: fatal('UNAVAILABLE', true),
  504: fatal('UNAVAILABLE', true),
};

const errorSchema = z.looseObject({
  type: z.string().nullish().catch(undefined),
  code: z.string().nullish().catch(undefined),
  message: z.string().nullish().catch(undefined),
  event_id: z.string().nullish().catch(undefined),
});

/** Reads an error object of the vendor, or a bare string. Never throws. */
export function readOpenAIError(value: unknown): OpenAIError {
  if (typeof value === 'string') return { type: undefined, code: undefined, message: value, eventId: undefined };
  const { type, code, message, event_id } = errorSchema.safeParse(value).data ?? {};
  return {
    type: type ?? undefined,
    code: code ?? undefined,
    message: message ?? code ?? type ?? 'The provider reported an error without saying which.',
    eventId: event_id ?? undefined,
  };
}

/** Whether an error is one of the races that need no report. */
export function isHarmless(error: OpenAIError): boolean {
  return (error.code !== undefined && HARMLESS_CODES.has(error.code)) || HARMLESS_MESSAGES.test(error.message);
}

/** An error as an event; unknown ones leave the session open, as the vendor's own do. */
export function toProviderError(error: OpenAIError): ProviderErrorEvent {
  return report(rowOf(error) ?? mild('PROVIDER_ERROR'), error.message, error.code ?? error.type);
}

/** The end of a connection as an event. Its reason speaks first, the number second: 1013 may mean an empty account. */
export function toConnectionError(end: ConnectionEnd): ProviderErrorEvent {
  switch (end.type) {
    case 'refused': {
      const error = readOpenAIError(bodyError(end.body));
      const row = rowOf(error) ?? HTTP_STATUSES[end.status] ?? fatal('CONNECT_FAILED', end.status >= 500);
      const message = `The provider refused the connection with HTTP ${end.status}: ${error.message}`;
      return report({ ...row, fatal: true }, message, error.code ?? String(end.status));
    }
    case 'unreachable':
      return report(fatal('CONNECT_FAILED', true), `The provider could not be reached: ${end.message}`, undefined);
    case 'timed-out':
      return report(fatal('CONNECTION_LOST', true), `The provider stopped answering: ${end.message}`, undefined);
    case 'closed': {
      const message = `The provider closed the connection with ${end.code}${end.reason === '' ? '' : `: ${end.reason}`}`;
      return report(closeRow(end.code, end.reason), message, end.reason === '' ? String(end.code) : end.reason);
    }
  }
}

function closeRow(code: number, reason: string): ErrorRow {
  if (/maximum duration/i.test(reason)) return ERRORS['session_expired']!;
  const [type, ...rest] = reason.split('.');
  const named = rowOf({ type, code: rest.join('.') || undefined });
  return named === undefined ? (CLOSE_CODES[code] ?? fatal('CONNECTION_LOST', true)) : { ...named, fatal: true };
}

function rowOf({ type, code }: Pick<OpenAIError, 'type' | 'code'>): ErrorRow | undefined {
  return lookUp(code) ?? lookUp(type);
}

function lookUp(name: string | undefined): ErrorRow | undefined {
  return name !== undefined && Object.hasOwn(ERRORS, name) ? ERRORS[name] : undefined;
}

function report({ code, ...row }: ErrorRow, message: string, providerCode: string | undefined): ProviderErrorEvent {
  return {
    type: 'provider-error',
    code,
    message: withoutKeys(message),
    ...(providerCode === undefined ? {} : { providerCode: providerCode.slice(0, 120) }),
    fatal: row.fatal,
    retryable: row.retryable,
  };
}

/** The vendor quotes wrong keys in part; what looks like a key is left out. */
function withoutKeys(message: string): string {
  return message.replace(/\b(?:sk|ek|sess|rk|pk)[-_][\w*.-]{5,}[\w*]/g, '[key]').slice(0, 500);
}

function bodyError(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : body.slice(0, 300);
  } catch {
    return body.trim() === '' ? undefined : body.slice(0, 300);
  }
}
