import { expect, test } from 'vitest';
import { describeFailure } from './provider-failure.ts';

const ADVICE = "Check the provider's base URL in the gateway's settings, and that the gateway can reach it.";

test.each([
  ['connect ECONNREFUSED 127.0.0.1:9', undefined, `Acme: connect ECONNREFUSED 127.0.0.1:9. ${ADVICE}`],
  ['HTTP 403: {"error":"no"}', undefined, `Acme: HTTP 403: {"error":"no"} ${ADVICE}`],
  ['There is no way.', undefined, `Acme: There is no way. ${ADVICE}`],
  ['There is no way.', 'no_way', `Acme: There is no way. (no_way) ${ADVICE}`],
  ['There is no way', 'no_way', `Acme: There is no way (no_way). ${ADVICE}`],
])('advice follows what the provider said as a sentence of its own: %s %s', (message, providerCode, expected) => {
  const event = {
    type: 'provider-error',
    code: 'CONNECT_FAILED',
    fatal: true,
    retryable: true,
    message,
    ...(providerCode !== undefined && { providerCode }),
  } as const;
  expect(describeFailure(event, false, 'Acme').message).toBe(expected);
});
