import type { ConnectionEnd, ProviderErrorEvent } from '@speko/adapter';
import {
  type ConnectionErrorTables,
  type VendorError,
  type ErrorTable,
  fatalError,
  mildError,
  reportError,
  STANDARD_CLOSE_CODES,
  STANDARD_HTTP_STATUSES,
  toConnectionError,
  toProviderError,
} from '@speko/adapter-kit';

/** By the vendor's `code`, and by its `type` where the code says nothing. */
const ERRORS: ErrorTable = {
  invalid_api_key: fatalError('AUTH_FAILED'),
  account_deactivated: fatalError('AUTH_FAILED'),
  authentication_error: fatalError('AUTH_FAILED'),
  model_not_found: fatalError('MODEL_NOT_FOUND'),
  invalid_model: fatalError('MODEL_NOT_FOUND'),
  missing_model: fatalError('MODEL_NOT_FOUND'),
  insufficient_quota: fatalError('QUOTA_EXCEEDED'),
  credit_balance_exhausted: fatalError('QUOTA_EXCEEDED'),
  billing_hard_limit_reached: fatalError('QUOTA_EXCEEDED'),
  beta_api_shape_disabled: fatalError('INVALID_REQUEST'),
  session_expired: fatalError('SESSION_EXPIRED', true),
  model_load_error: fatalError('UNAVAILABLE', true),
  rate_limit_exceeded: mildError('RATE_LIMITED', true),
  inference_rate_limit_exceeded: mildError('RATE_LIMITED', true),
  cannot_update_voice: mildError('INVALID_REQUEST'),
  unknown_parameter: mildError('INVALID_REQUEST'),
  missing_required_parameter: mildError('INVALID_REQUEST'),
  invalid_value: mildError('INVALID_REQUEST'),
  invalid_type: mildError('INVALID_REQUEST'),
  string_above_max_length: mildError('INVALID_REQUEST'),
  invalid_json: mildError('INVALID_REQUEST'),
  invalid_event: mildError('INVALID_REQUEST'),
  invalid_request_error: mildError('INVALID_REQUEST'),
  server_error: mildError('PROVIDER_ERROR', true),
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

const TABLES: ConnectionErrorTables = {
  errors: ERRORS,
  httpStatuses: STANDARD_HTTP_STATUSES,
  closeCodes: {
    ...STANDARD_CLOSE_CODES,
    3000: fatalError('AUTH_FAILED'),
    4000: fatalError('INVALID_REQUEST'),
    4004: fatalError('MODEL_NOT_FOUND'),
  },
};

/** Whether an error is one of the races that need no report. */
export function isHarmless(error: VendorError): boolean {
  return (error.code !== undefined && HARMLESS_CODES.has(error.code)) || HARMLESS_MESSAGES.test(error.message);
}

/** An error as an event. */
export function openAIError(error: VendorError): ProviderErrorEvent {
  return toProviderError(error, ERRORS);
}

/** The end of a connection as an event. Its reason speaks first: 1013 may mean an empty account. */
export function openAIConnectionError(end: ConnectionEnd): ProviderErrorEvent {
  if (end.type !== 'closed' || !/maximum duration/i.test(end.reason)) return toConnectionError(end, TABLES);
  const message = `The provider closed the connection with ${end.code}: ${end.reason}`;
  return reportError(fatalError('SESSION_EXPIRED', true), message, end.reason);
}
