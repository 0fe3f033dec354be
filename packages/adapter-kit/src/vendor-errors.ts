import type { AdapterErrorCode, ConnectionEnd, ProviderErrorEvent } from '@speko/adapter';
import { z } from 'zod';
import { boundText } from './bound-text.ts';

/** A vendor's description of a failure, from an error event, a response or a refusal. */
export interface VendorError {
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string;
  /** `event_id` of the client event that failed. */
  readonly eventId: string | undefined;
}

/** A failure in the gateway's terms. */
export interface ErrorRow {
  readonly code: AdapterErrorCode;
  /** Whether it ends the session. */
  readonly fatal: boolean;
  /** Whether a fresh connection could help. */
  readonly retryable: boolean;
}

/** Rows by the vendor's `code`, or by its `type` where the code says nothing. */
export type ErrorTable = Readonly<Record<string, ErrorRow>>;

/** Meaning of a connection's ends with one vendor. */
export interface ConnectionErrorTables {
  readonly errors: ErrorTable;
  readonly httpStatuses: Readonly<Record<number, ErrorRow>>;
  readonly closeCodes: Readonly<Record<number, ErrorRow>>;
}

/** A row for what ends the session. */
export const fatalError = (code: AdapterErrorCode, retryable = false): ErrorRow => ({ code, fatal: true, retryable });
/** A row for what leaves it open. */
export const mildError = (code: AdapterErrorCode, retryable = false): ErrorRow => ({ code, fatal: false, retryable });

/** Meaning of the WebSocket standard's close codes where the vendor gives no reason. */
export const STANDARD_CLOSE_CODES: Readonly<Record<number, ErrorRow>> = {
  1000: fatalError('CLOSED'),
  1001: fatalError('UNAVAILABLE', true),
  1002: fatalError('PROVIDER_ERROR'),
  1003: fatalError('PROVIDER_ERROR'),
  1005: fatalError('CONNECTION_LOST', true),
  1006: fatalError('CONNECTION_LOST', true),
  1007: fatalError('PROVIDER_ERROR'),
  1008: fatalError('PROVIDER_ERROR'),
  1009: fatalError('PROVIDER_ERROR'),
  1010: fatalError('PROVIDER_ERROR'),
  1011: fatalError('CONNECTION_LOST', true),
  1012: fatalError('CONNECTION_LOST', true),
  1013: fatalError('UNAVAILABLE', true),
  1015: fatalError('CONNECTION_LOST', true),
};

/** Meaning of a refused upgrade whose body does not say. */
export const STANDARD_HTTP_STATUSES: Readonly<Record<number, ErrorRow>> = {
  400: fatalError('CONNECT_FAILED'),
  401: fatalError('AUTH_FAILED'),
  403: fatalError('AUTH_FAILED'),
  404: fatalError('MODEL_NOT_FOUND'),
  408: fatalError('UNAVAILABLE', true),
  429: fatalError('RATE_LIMITED', true),
  500: fatalError('UNAVAILABLE', true),
  502: fatalError('UNAVAILABLE', true),
  503: fatalError('UNAVAILABLE', true),
  504: fatalError('UNAVAILABLE', true),
};

const errorSchema = z.looseObject({
  type: z.string().nullish().catch(undefined),
  code: z.string().nullish().catch(undefined),
  message: z.string().nullish().catch(undefined),
  event_id: z.string().nullish().catch(undefined),
});

/** Reads an error object of a vendor, or a bare string. Never throws. */
export function readVendorError(value: unknown): VendorError {
  if (typeof value === 'string') return { type: undefined, code: undefined, message: value, eventId: undefined };
  const { type, code, message, event_id } = errorSchema.safeParse(value).data ?? {};
  return {
    type: type ?? undefined,
    code: code ?? undefined,
    message: message ?? code ?? type ?? 'The provider reported an error without saying which.',
    eventId: event_id ?? undefined,
  };
}

/** The row of an error: by its code first and its type second. */
export function errorRow(errors: ErrorTable, { type, code }: Pick<VendorError, 'type' | 'code'>): ErrorRow | undefined {
  for (const name of [code, type]) if (name !== undefined && Object.hasOwn(errors, name)) return errors[name];
  return undefined;
}

/** An error as an event; unknown ones leave the session open, as the vendors' own do. */
export function toProviderError(error: VendorError, errors: ErrorTable): ProviderErrorEvent {
  return reportError(errorRow(errors, error) ?? mildError('PROVIDER_ERROR'), error.message, error.code ?? error.type);
}

/** The end of a connection as an event. What the vendor says about it speaks first, the number second. */
export function toConnectionError(end: ConnectionEnd, tables: ConnectionErrorTables): ProviderErrorEvent {
  switch (end.type) {
    case 'refused': {
      const error = readVendorError(bodyError(end.body));
      const status = tables.httpStatuses[end.status] ?? fatalError('CONNECT_FAILED', end.status >= 500);
      const message = `The provider refused the connection with HTTP ${end.status}: ${error.message}`;
      const row = errorRow(tables.errors, error) ?? status;
      return reportError({ ...row, fatal: true }, message, error.code ?? String(end.status));
    }
    case 'unreachable':
      return reportError(fatalError('CONNECT_FAILED', true), `The provider could not be reached: ${end.message}`);
    case 'timed-out':
      return reportError(fatalError('CONNECTION_LOST', true), `The provider stopped answering: ${end.message}`);
    case 'closed': {
      const message = `The provider closed the connection with ${end.code}${end.reason === '' ? '' : `: ${end.reason}`}`;
      return reportError(closeRow(end, tables), message, end.reason === '' ? String(end.code) : end.reason);
    }
  }
}

/** A row as an event of bounded length. */
export function reportError(
  { code, fatal, retryable }: ErrorRow,
  message: string,
  providerCode?: string,
): ProviderErrorEvent {
  return {
    type: 'provider-error',
    code,
    message: boundText(message, 500),
    ...(providerCode === undefined ? {} : { providerCode: boundText(providerCode, 120) }),
    fatal,
    retryable,
  };
}

/** Reasons are written `type.code`. */
function closeRow(
  { code, reason }: Extract<ConnectionEnd, { type: 'closed' }>,
  tables: ConnectionErrorTables,
): ErrorRow {
  const [type, ...rest] = reason.split('.');
  const named = errorRow(tables.errors, { type, code: rest.join('.') || undefined });
  if (named !== undefined) return { ...named, fatal: true };
  return tables.closeCodes[code] ?? fatalError('CONNECTION_LOST', true);
}

function bodyError(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : boundText(body, 300);
  } catch {
    return body.trim() === '' ? undefined : boundText(body, 300);
  }
}
