import type { ConnectionEnd, ProviderErrorEvent } from '@speko/adapter';
import {
  type ConnectionErrorTables,
  type ErrorTable,
  fatalError,
  mildError,
  parseJsonFrame,
  STANDARD_CLOSE_CODES,
  STANDARD_HTTP_STATUSES,
  toConnectionError,
  toProviderError,
} from '@speko/adapter-kit';
import { z } from 'zod';
import type { BrookFault } from './brook-wire.ts';

/** What the vendor's codes mean, in faults and as reasons of a close. One close code has two reasons, so reasons count first. */
const ERRORS: ErrorTable = {
  'bad key': fatalError('AUTH_FAILED'),
  'key withdrawn': fatalError('AUTH_FAILED'),
  'no such model': fatalError('MODEL_NOT_FOUND'),
  'out of credit': fatalError('QUOTA_EXCEEDED'),
  'too many calls': fatalError('RATE_LIMITED', true),
  'busy, try again': fatalError('UNAVAILABLE', true),
  'bad message': fatalError('INVALID_REQUEST'),
  'unknown ask': mildError('INVALID_REQUEST'),
};

const CONNECTION_ERRORS: ConnectionErrorTables = {
  errors: ERRORS,
  httpStatuses: STANDARD_HTTP_STATUSES,
  closeCodes: {
    ...STANDARD_CLOSE_CODES,
    4400: fatalError('INVALID_REQUEST'),
    4401: fatalError('AUTH_FAILED'),
    4404: fatalError('MODEL_NOT_FOUND'),
    4429: fatalError('RATE_LIMITED', true),
    4503: fatalError('UNAVAILABLE', true),
  },
};

const refusalSchema = z.looseObject({ reason: z.string().min(1) });

/** A fault as an event; the vendor says itself whether it ends the call. */
export function readFault({ what, why, stop }: BrookFault): ProviderErrorEvent {
  const error = toProviderError({ type: undefined, code: what, message: why, eventId: undefined }, ERRORS);
  return { ...error, fatal: stop };
}

/**
 * The end of a connection as an event.
 *
 * @param isClosing - Whether the vendor warned: the close that follows is then its limit, and no decision about the call.
 */
export function readConnectionEnd(end: ConnectionEnd, isClosing: boolean): ProviderErrorEvent {
  if (end.type === 'refused') {
    const json = parseJsonFrame(end.body);
    const refusal = refusalSchema.safeParse(json.ok ? json.value : undefined);
    return toConnectionError(refusal.success ? { ...end, body: refusal.data.reason } : end, CONNECTION_ERRORS);
  }
  const error = toConnectionError(end, CONNECTION_ERRORS);
  const isLimit = isClosing && end.type === 'closed' && end.code === 1000;
  return isLimit ? { ...error, code: 'SESSION_EXPIRED', retryable: true } : error;
}
