import type { ConnectionEnd } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { failure, startCodec, startReadyCodec } from './__fixtures__/start-codec.ts';

describe('[OAI33] errors by their code', () => {
  test.each([
    ['invalid_api_key', 'AUTH_FAILED', true, false],
    ['account_deactivated', 'AUTH_FAILED', true, false],
    ['model_not_found', 'MODEL_NOT_FOUND', true, false],
    ['invalid_model', 'MODEL_NOT_FOUND', true, false],
    ['missing_model', 'MODEL_NOT_FOUND', true, false],
    ['credit_balance_exhausted', 'QUOTA_EXCEEDED', true, false],
    ['insufficient_quota', 'QUOTA_EXCEEDED', true, false],
    ['billing_hard_limit_reached', 'QUOTA_EXCEEDED', true, false],
    ['beta_api_shape_disabled', 'INVALID_REQUEST', true, false],
    ['session_expired', 'SESSION_EXPIRED', true, true],
    ['rate_limit_exceeded', 'RATE_LIMITED', false, true],
    ['inference_rate_limit_exceeded', 'RATE_LIMITED', false, true],
    ['cannot_update_voice', 'INVALID_REQUEST', false, false],
    ['unknown_parameter', 'INVALID_REQUEST', false, false],
    ['string_above_max_length', 'INVALID_REQUEST', false, false],
    ['never_seen_before', 'INVALID_REQUEST', false, false],
  ])('%s is %s', (providerCode, code, fatal, retryable) => {
    expect(startReadyCodec().events(failure(providerCode, 'Words.'))).toEqual([
      { type: 'provider-error', code, message: 'Words.', providerCode, fatal, retryable },
    ]);
  });

  test('and by their type where there is no code', () => {
    expect(startReadyCodec().events(failure(null, 'Oops.', { type: 'server_error' }))).toEqual([
      {
        type: 'provider-error',
        code: 'PROVIDER_ERROR',
        message: 'Oops.',
        providerCode: 'server_error',
        fatal: false,
        retryable: true,
      },
    ]);
    const quota = failure('new_code', 'Empty.', { type: 'insufficient_quota' });
    expect(startReadyCodec().events(quota)).toMatchObject([{ code: 'QUOTA_EXCEEDED', fatal: true, retryable: false }]);
  });

  test('and what cannot be read is still reported', () => {
    for (const error of [null, 7, {}, 'Something broke.', { message: 7 }]) {
      expect(startReadyCodec().events({ type: 'error', error })).toMatchObject([
        { type: 'provider-error', code: 'PROVIDER_ERROR', fatal: false },
      ]);
    }
  });
});

describe('[OAI32] races that end well are not reported', () => {
  test.each([
    ['response_cancel_not_active', 'Cancellation failed: no active response found'],
    ['conversation_already_has_active_response', 'Conversation already has an active response in progress: resp_1.'],
    ['input_audio_buffer_commit_empty', 'Error committing input audio buffer: buffer too small.'],
    ['item_truncate_invalid_item_id', 'Error truncating item.'],
    ['item_delete_invalid_item_id', 'Error deleting item.'],
    ['unsupported_content_type', 'Only model output audio messages can be truncated'],
    [null, 'Only model output audio messages can be truncated'],
    ['invalid_value', 'Audio content of 1300ms is already shorter than 1400ms'],
  ])('%s: %s', (code, message) => {
    expect(startReadyCodec().receive(failure(code, message))).toEqual({ events: [], frames: [] });
  });
});

describe('[OAI34] closes, by their reason first and their number second', () => {
  test.each([
    [1000, '', 'CLOSED', false],
    [1001, 'Your session hit the maximum duration of 60 minutes.', 'SESSION_EXPIRED', true],
    [1001, '', 'UNAVAILABLE', true],
    [1002, '', 'PROVIDER_ERROR', false],
    [1005, '', 'CONNECTION_LOST', true],
    [1006, '', 'CONNECTION_LOST', true],
    [1009, '', 'PROVIDER_ERROR', false],
    [1011, 'Internal server error', 'CONNECTION_LOST', true],
    [1012, '', 'CONNECTION_LOST', true],
    [1013, 'insufficient_quota.credit_balance_exhausted', 'QUOTA_EXCEEDED', false],
    [1013, '', 'UNAVAILABLE', true],
    [3000, 'invalid_request_error.invalid_api_key', 'AUTH_FAILED', false],
    [3000, '', 'AUTH_FAILED', false],
    [4000, 'invalid_request_error.beta_api_shape_disabled', 'INVALID_REQUEST', false],
    [4000, 'invalid_request_error.missing_model', 'MODEL_NOT_FOUND', false],
    [4004, 'invalid_request_error.model_not_found', 'MODEL_NOT_FOUND', false],
    [4999, 'new', 'CONNECTION_LOST', true],
  ])('%d "%s" is %s', (code, reason, expected, retryable) => {
    expect(end({ type: 'closed', code, reason })).toMatchObject([{ code: expected, fatal: true, retryable }]);
  });
});

describe('[OAI35] refused and failed connections', () => {
  test.each([
    [400, '', 'CONNECT_FAILED', false],
    [401, '', 'AUTH_FAILED', false],
    [403, '', 'AUTH_FAILED', false],
    [404, '', 'MODEL_NOT_FOUND', false],
    [408, '', 'UNAVAILABLE', true],
    [429, '', 'RATE_LIMITED', true],
    [
      429,
      '{"error":{"type":"insufficient_quota","code":"insufficient_quota","message":"Empty."}}',
      'QUOTA_EXCEEDED',
      false,
    ],
    [500, '<html>', 'UNAVAILABLE', true],
    [503, '', 'UNAVAILABLE', true],
    [599, '', 'CONNECT_FAILED', true],
    [418, '', 'CONNECT_FAILED', false],
  ])('HTTP %d %s is %s', (status, body, code, retryable) => {
    expect(end({ type: 'refused', status, body })).toMatchObject([{ code, fatal: true, retryable }]);
  });

  test('an unreachable vendor and one that falls silent', () => {
    expect(end({ type: 'unreachable', message: 'ENOTFOUND' })).toEqual([
      {
        type: 'provider-error',
        code: 'CONNECT_FAILED',
        message: 'The provider could not be reached: ENOTFOUND',
        fatal: true,
        retryable: true,
      },
    ]);
    expect(end({ type: 'timed-out', message: 'two pongs missed' })).toMatchObject([
      { code: 'CONNECTION_LOST', retryable: true },
    ]);
  });
});

test('[OAI36] messages keep the words of the vendor, cut to 500 characters', () => {
  const message = `Not ${'so '.repeat(200)}`;
  expect(startCodec().events(failure('invalid_api_key', message))).toMatchObject([{ message: message.slice(0, 500) }]);
});

function end(connectionEnd: ConnectionEnd) {
  return startCodec().codec.close(connectionEnd, 0);
}
