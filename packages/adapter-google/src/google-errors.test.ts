import { describe, expect, test } from 'vitest';
import { googleConnectionError } from './google-errors.ts';

const PAST = { wasAnnounced: false, isResumeRefused: false };
const closed = (code: number, reason: string) => googleConnectionError({ type: 'closed', code, reason }, PAST);

test.each([
  [1000, 'The operation was cancelled.', 'SESSION_EXPIRED', true],
  [1000, '', 'CLOSED', true],
  [1005, '', 'CONNECTION_LOST', true],
  [1006, '', 'CONNECTION_LOST', true],
  [
    1007,
    'Invalid JSON payload received. Unknown name "foo" at \'setup\': Cannot find field.',
    'INVALID_REQUEST',
    false,
  ],
  [
    1007,
    'Explicit activity control is not supported when automatic activity detection is enabled.',
    'INVALID_REQUEST',
    false,
  ],
  [1007, 'Thinking level must be specified for this model.', 'INVALID_REQUEST', false],
  [1007, 'Request contains an invalid argument.', 'INVALID_REQUEST', false],
  [1007, 'API key not valid. Please pass a valid API key.', 'AUTH_FAILED', false],
  [
    1007,
    'The audio content type (CONTENT_TYPE_AUDIO) is not supported for this model configuration',
    'PROVIDER_ERROR',
    true,
  ],
  [
    1008,
    'models/x is not found for API version v1beta, or is not supported for bidiGenerateContent.',
    'MODEL_NOT_FOUND',
    false,
  ],
  [1008, 'Requested entity was not found.', 'PROVIDER_ERROR', true],
  [1008, 'Operation is not implemented, or supported, or enabled.', 'PROVIDER_ERROR', true],
  [1008, 'Your API key was reported as leaked. Please use another API key.', 'AUTH_FAILED', false],
  [1008, "Method doesn't allow unregistered callers (callers without established identity).", 'AUTH_FAILED', false],
  [
    1008,
    'Connection aborted because the client failed to close the connection after receiving a GoAway signal',
    'SESSION_EXPIRED',
    true,
  ],
  [1008, 'The operation was aborted.', 'PROVIDER_ERROR', true],
  [1008, 'violates a policy', 'PROVIDER_ERROR', false],
  [1011, 'Internal error encountered.', 'PROVIDER_ERROR', true],
  [1011, 'The service is currently unavailable.', 'UNAVAILABLE', true],
  [1011, 'The model is overloaded. Please try again later.', 'UNAVAILABLE', true],
  [1011, 'Deadline expired before operation could complete.', 'SESSION_EXPIRED', true],
  [1011, 'You exceeded your current quota, please check your plan and billing details.', 'QUOTA_EXCEEDED', false],
  [1011, '', 'PROVIDER_ERROR', true],
  [1013, '', 'UNAVAILABLE', true],
  [4000, '', 'CONNECTION_LOST', true],
] as const)('[GEM36] a close with %i “%s” is %s', (code, reason, expected, retryable) => {
  expect(closed(code, reason)).toEqual({
    type: 'provider-error',
    code: expected,
    message: `The provider closed the connection with ${code}${reason === '' ? '' : `: ${reason}`}`,
    providerCode: String(code),
    fatal: true,
    retryable,
  });
});

describe('refused upgrades', () => {
  const refused = (status: number, body: string) => googleConnectionError({ type: 'refused', status, body }, PAST);
  const body = (message: string, status: string) => JSON.stringify({ error: { code: 400, message, status } });

  test.each([
    [400, body('API key not valid. Please pass a valid API key.', 'INVALID_ARGUMENT'), 'AUTH_FAILED', false],
    [400, '', 'CONNECT_FAILED', false],
    [401, `[${body('Request had invalid authentication credentials.', 'UNAUTHENTICATED')}]`, 'AUTH_FAILED', false],
    [403, '<html>no</html>', 'AUTH_FAILED', false],
    [404, '', 'CONNECT_FAILED', false],
    [429, body('Resource has been exhausted.', 'RESOURCE_EXHAUSTED'), 'RATE_LIMITED', true],
    [429, body('You exceeded your current quota.', 'RESOURCE_EXHAUSTED'), 'QUOTA_EXCEEDED', false],
    [503, '{"error":7}', 'UNAVAILABLE', true],
    [418, '', 'CONNECT_FAILED', false],
  ])('[GEM36] HTTP %i with %s is %s', (status, text, code, retryable) => {
    expect(refused(status, text)).toMatchObject({ code, retryable, fatal: true });
  });

  test('[GEM36] the vendor’s words are passed on', () => {
    expect(refused(403, body('Permission denied on resource.', 'PERMISSION_DENIED'))).toMatchObject({
      message: 'The provider refused the connection with HTTP 403: Permission denied on resource.',
      providerCode: 'PERMISSION_DENIED',
    });
    expect(refused(500, '').message).toBe('The provider refused the connection with HTTP 500: no reason given');
  });
});

test('[GEM36] no connection at all', () => {
  expect(googleConnectionError({ type: 'unreachable', message: 'getaddrinfo ENOTFOUND' }, PAST)).toMatchObject({
    code: 'CONNECT_FAILED',
    retryable: true,
  });
  expect(googleConnectionError({ type: 'timed-out', message: 'no pong' }, PAST)).toMatchObject({
    code: 'CONNECTION_LOST',
    retryable: true,
  });
});

test('[GEM37] messages keep the words of the vendor, cut to 500 characters', () => {
  const said = 'The provider closed the connection with 1008: ';
  const reason = `Not ${'so '.repeat(200)}`;
  expect(closed(1008, reason).message).toBe(said + reason.slice(0, 500 - said.length));
});
