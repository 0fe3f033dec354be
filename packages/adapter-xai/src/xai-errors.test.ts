import type { ConnectionEnd } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { created, done, failure, startCodec, startReadyCodec } from './__fixtures__/start-codec.ts';

describe('[XAI32] errors by their code, and by their type where there is no code', () => {
  test.each([
    [{ code: 'invalid_audio_format' }, 'INVALID_REQUEST', 'invalid_audio_format', false, false],
    [{ type: 'invalid_event' }, 'INVALID_REQUEST', 'invalid_event', false, false],
    [{ type: 'timeout' }, 'SESSION_EXPIRED', 'timeout', true, true],
    [{ type: 'max_duration', code: 'max_duration' }, 'SESSION_EXPIRED', 'max_duration', true, true],
    [{ type: 'x', code: 'invalid_api_key' }, 'AUTH_FAILED', 'invalid_api_key', true, false],
    [{ type: 'x', code: 'insufficient_quota' }, 'QUOTA_EXCEEDED', 'insufficient_quota', true, false],
    [{ type: 'x', code: 'rate_limit_exceeded' }, 'RATE_LIMITED', 'rate_limit_exceeded', false, true],
    [{ type: 'x', code: 'never_seen' }, 'PROVIDER_ERROR', 'never_seen', false, false],
  ])('%j', (error, code, providerCode, fatal, retryable) => {
    expect(startReadyCodec().events(failure({ message: 'Words.', ...error }))).toEqual([
      { type: 'provider-error', code, message: 'Words.', providerCode, fatal, retryable },
    ]);
  });

  test('a flat one has its telling words in params', () => {
    const flat = {
      type: 'error',
      code: 'internal_error',
      message: 'ValueError',
      params: 'Multiple frame rates: 24000, 16000',
    };
    expect(startReadyCodec().events(flat)).toEqual([
      {
        type: 'provider-error',
        code: 'PROVIDER_ERROR',
        message: 'ValueError: Multiple frame rates: 24000, 16000',
        providerCode: 'internal_error',
        fatal: false,
        retryable: true,
      },
    ]);
  });

  test.each([[{}], [{ error: null }], [{ error: 7 }], [{ error: 'Oops.' }], [{ message: ['x'] }]])(
    'one that says little is reported all the same: %j',
    (fields) => {
      expect(startReadyCodec().events({ type: 'error', ...fields })).toMatchObject([
        { code: 'PROVIDER_ERROR', message: expect.stringMatching(/./), fatal: false },
      ]);
    },
  );
});

test.each([
  [{ code: 'response_cancel_not_active', message: 'x' }],
  [{ message: 'Cancellation failed: no active response found' }],
  [{ message: 'The conversation already has an active response.' }],
  [{ message: 'Could not truncate the item.' }],
  [{ code: 'input_audio_buffer_commit_empty', message: 'x' }],
])('[XAI33] a race is not reported: %j', (error) => {
  expect(startReadyCodec().events(failure(error))).toEqual([]);
});

test('[XAI34] a failure inside the vendor ends the response, and what we had asked for is asked for once more', () => {
  const internal = failure({ type: 'internal_error', message: 'The model failed.' });
  const running = startReadyCodec();
  running.events(created('r1'));
  expect(running.events(internal, done('r1'))).toMatchObject([
    { type: 'response-end', responseId: 'r1', status: 'failed', reason: 'internal_error' },
    { type: 'provider-error', code: 'PROVIDER_ERROR', fatal: false, retryable: true },
  ]);
  const asked = startReadyCodec();
  asked.send({ type: 'text-append', text: 'Hello.' });
  expect(asked.receive(internal).frames).toMatchObject([{ type: 'response.create', event_id: 'response-2' }]);
});

describe('[XAI35] closes', () => {
  test.each([
    [1000, '', 'CLOSED', false],
    [1001, 'Going away: closed for inactivity', 'SESSION_EXPIRED', true],
    [1001, '', 'UNAVAILABLE', true],
    [1006, '', 'CONNECTION_LOST', true],
    [1011, 'Internal server error', 'CONNECTION_LOST', true],
    [1012, '', 'CONNECTION_LOST', true],
    [1013, '', 'UNAVAILABLE', true],
    [1014, '', 'CONNECTION_LOST', true],
    [4321, 'who knows', 'CONNECTION_LOST', true],
  ])('%i "%s" during a call is %s', (code, reason, expected, retryable) => {
    const [error] = startReadyCodec().codec.close({ type: 'closed', code, reason }, 0);
    expect(error).toMatchObject({ code: expected, fatal: true, retryable });
  });

  test.each([1000, 1006, 1011])('%i before readiness is a failure to connect', (code) => {
    expect(startCodec().codec.close({ type: 'closed', code, reason: '' }, 0)).toMatchObject([
      { code: 'CONNECT_FAILED', retryable: true },
    ]);
  });

  test('what was announced is not reported again', () => {
    const { codec, events } = startReadyCodec();
    events(failure({ type: 'max_duration', message: 'Over.' }));
    expect(codec.close({ type: 'closed', code: 1000, reason: '' }, 0)).toEqual([]);
  });
});

describe('[XAI36] refused and failed connections', () => {
  const wrongKey = '{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***AB."}';
  test.each<[string, ConnectionEnd, string, boolean]>([
    ['400 about the key', { type: 'refused', status: 400, body: wrongKey }, 'AUTH_FAILED', false],
    ['400 about something else', { type: 'refused', status: 400, body: 'Bad.' }, 'CONNECT_FAILED', false],
    ['401', { type: 'refused', status: 401, body: '' }, 'AUTH_FAILED', false],
    ['402', { type: 'refused', status: 402, body: '' }, 'QUOTA_EXCEEDED', false],
    ['404', { type: 'refused', status: 404, body: '' }, 'MODEL_NOT_FOUND', false],
    ['429', { type: 'refused', status: 429, body: '{"code":"x","error":"Too many sessions."}' }, 'RATE_LIMITED', true],
    ['503', { type: 'refused', status: 503, body: '' }, 'UNAVAILABLE', true],
    ['no answer', { type: 'unreachable', message: 'ECONNREFUSED' }, 'CONNECT_FAILED', true],
    ['silence', { type: 'timed-out', message: 'no pong' }, 'CONNECTION_LOST', true],
  ])('%s', (_name, end, code, retryable) => {
    expect(startCodec().codec.close(end, 0)).toMatchObject([{ code, fatal: true, retryable }]);
  });

  test('the vendor’s own words are passed on', () => {
    const [error] = startCodec().codec.close({ type: 'refused', status: 400, body: wrongKey }, 0);
    expect(error).toMatchObject({
      message: 'The provider refused the connection with HTTP 400: Incorrect API key provided: xa***AB.',
      providerCode: '400',
    });
  });
});

test('[XAI37] messages keep the words of the vendor, cut to 500 characters', () => {
  const message = `Not ${'so '.repeat(200)}`;
  const { events } = startReadyCodec();
  expect(events(failure({ message }))).toMatchObject([{ message: message.slice(0, 500) }]);
});
