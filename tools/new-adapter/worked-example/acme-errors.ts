import {
  type ConnectionErrorTables,
  type ErrorTable,
  fatalError,
  mildError,
  STANDARD_CLOSE_CODES,
  STANDARD_HTTP_STATUSES,
} from '@speko/adapter-kit';

/** What the vendor's error codes mean. Errors that are not listed leave the session open. */
export const ACME_ERRORS: ErrorTable = {
  internal_error: mildError('PROVIDER_ERROR', true),
  invalid_key: fatalError('AUTH_FAILED'),
  no_credit: fatalError('QUOTA_EXCEEDED'),
  session_expired: fatalError('SESSION_EXPIRED', true),
};

/** What the ends of a connection mean. */
export const ACME_CONNECTION_ERRORS: ConnectionErrorTables = {
  errors: ACME_ERRORS,
  httpStatuses: STANDARD_HTTP_STATUSES,
  closeCodes: STANDARD_CLOSE_CODES,
};
