import type { ConnectionEnd, ProviderErrorEvent } from '@speko/adapter';
import {
  type ConnectionErrorTables,
  type VendorError,
  type ErrorTable,
  fatalError,
  mildError,
  readVendorError,
  reportError,
  STANDARD_CLOSE_CODES,
  STANDARD_HTTP_STATUSES,
  toConnectionError,
  toProviderError,
} from '@speko/adapter-kit';

const ERRORS: ErrorTable = {
  invalid_api_key: fatalError('AUTH_FAILED'),
  authentication_error: fatalError('AUTH_FAILED'),
  permission_denied: fatalError('AUTH_FAILED'),
  model_not_found: fatalError('MODEL_NOT_FOUND'),
  insufficient_quota: fatalError('QUOTA_EXCEEDED'),
  rate_limit_exceeded: mildError('RATE_LIMITED', true),
  // The vendor's own limits, of silence and of length: another connection goes on where this one stops.
  timeout: fatalError('SESSION_EXPIRED', true),
  max_duration: fatalError('SESSION_EXPIRED', true),
  invalid_request_error: mildError('INVALID_REQUEST'),
  invalid_event: mildError('INVALID_REQUEST'),
  internal_error: mildError('PROVIDER_ERROR', true),
};

const TABLES: ConnectionErrorTables = {
  errors: ERRORS,
  httpStatuses: { ...STANDARD_HTTP_STATUSES, 402: fatalError('QUOTA_EXCEEDED') },
  closeCodes: STANDARD_CLOSE_CODES,
};

/** Races that end well by themselves. The vendor gives some of them no code, hence the words. */
const HARMLESS_CODES: ReadonlySet<string> = new Set([
  'response_cancel_not_active',
  'conversation_already_has_active_response',
  'input_audio_buffer_commit_empty',
]);
const NOTHING_TO_CANCEL = /no active response/i;
const ALREADY_ACTIVE = /already has an active response/i;
const TRUNCATION = /truncat/i;

/** Meaning of an error for a request of ours, beside its meaning for the session. */
export type XaiErrorKind = 'nothing-to-cancel' | 'busy' | 'harmless' | 'internal' | 'other';

/**
 * Reads an `error` event: the documented form nests what it says, another one seen on the live service is flat, and has
 * the telling words in `params`.
 */
export function readXaiError(event: Readonly<Record<string, unknown>>): VendorError {
  if (event['error'] !== undefined && event['error'] !== null) return readVendorError(event['error']);
  const { message, code } = readVendorError({ code: event['code'], message: event['message'] });
  const details = typeof event['params'] === 'string' ? `${message}: ${event['params']}` : message;
  return { type: undefined, code, message: details, eventId: undefined };
}

export function kindOfError({ code, type, message }: VendorError): XaiErrorKind {
  if (code === 'response_cancel_not_active' || NOTHING_TO_CANCEL.test(message)) return 'nothing-to-cancel';
  if (code === 'conversation_already_has_active_response' || ALREADY_ACTIVE.test(message)) return 'busy';
  if ((code !== undefined && HARMLESS_CODES.has(code)) || TRUNCATION.test(message)) return 'harmless';
  return code === 'internal_error' || type === 'internal_error' ? 'internal' : 'other';
}

/** An error as an event. */
export function xaiError(error: VendorError): ProviderErrorEvent {
  return toProviderError(error, ERRORS);
}

/** The end of a connection as an event; `isReady` when the session had been configured. */
export function xaiConnectionError(end: ConnectionEnd, isReady: boolean): ProviderErrorEvent {
  const error = toConnectionError(end, TABLES);
  // A wrong key is a bad request to this vendor, with nothing but words to tell it by.
  if (end.type === 'refused' && end.status === 400 && /api key/i.test(end.body)) {
    return { ...error, code: 'AUTH_FAILED', retryable: false };
  }
  if (end.type !== 'closed') return error;
  if (end.code === 1001 && /inactiv/i.test(end.reason)) {
    return reportError(fatalError('SESSION_EXPIRED', true), error.message, 'inactivity');
  }
  const isNamed = error.code !== 'CLOSED' && error.code !== 'CONNECTION_LOST' && error.code !== 'UNAVAILABLE';
  return isReady || isNamed ? error : { ...error, code: 'CONNECT_FAILED', retryable: true };
}
