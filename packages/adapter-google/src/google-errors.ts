import type { ConnectionEnd, ProviderErrorEvent } from '@speko/adapter';
import { type ErrorRow, fatalError, mildError, reportError } from '@speko/adapter-kit';
import { z } from 'zod';

/**
 * By what the reason says, first match wins; an entry with a number holds for that close code only. Reasons are cut to
 * 123 bytes, so only their beginnings count.
 */
const REASONS: readonly (readonly [words: RegExp, row: ErrorRow, closeCode?: number])[] = [
  [
    /api key (?:not valid|expired|not found)|api_key_invalid|invalid authentication|unauthenticated/i,
    fatalError('AUTH_FAILED'),
  ],
  [/unregistered caller|permission|leaked|has not been used in project|blocked/i, fatalError('AUTH_FAILED')],
  [/is not found for api version|not supported for bidigeneratecontent|unknown model/i, fatalError('MODEL_NOT_FOUND')],
  [/exceeded your current quota|quota exceeded|billing/i, fatalError('QUOTA_EXCEEDED')],
  [/rate limit|resource.?(?:has been )?exhausted|too many/i, fatalError('RATE_LIMITED', true)],
  [/goaway|go away|deadline expired/i, fatalError('SESSION_EXPIRED', true)],
  [/unavailable|overloaded/i, fatalError('UNAVAILABLE', true)],
  [/unknown name|explicit activity control|thinking level|scheduling is not supported/i, fatalError('INVALID_REQUEST')],
  // Says “audio” and means input while a call is open.
  [/content_type_audio/i, fatalError('PROVIDER_ERROR', true)],
  [
    /requested entity was not found|not implemented, or supported, or enabled|operation was aborted/i,
    fatalError('PROVIDER_ERROR', true),
  ],
  [/operation was cancelled/i, fatalError('SESSION_EXPIRED', true), 1000],
  [/internal error/i, fatalError('PROVIDER_ERROR', true)],
];

const CLOSE_CODES: Readonly<Record<number, ErrorRow>> = {
  1000: fatalError('CLOSED', true),
  1001: fatalError('UNAVAILABLE', true),
  1005: fatalError('CONNECTION_LOST', true),
  1006: fatalError('CONNECTION_LOST', true),
  1007: fatalError('INVALID_REQUEST'),
  1008: fatalError('PROVIDER_ERROR'),
  1009: fatalError('INVALID_REQUEST'),
  1011: fatalError('PROVIDER_ERROR', true),
  1012: fatalError('CONNECTION_LOST', true),
  1013: fatalError('UNAVAILABLE', true),
};

const HTTP_STATUSES: Readonly<Record<number, ErrorRow>> = {
  400: fatalError('CONNECT_FAILED'),
  401: fatalError('AUTH_FAILED'),
  403: fatalError('AUTH_FAILED'),
  404: fatalError('CONNECT_FAILED'),
  408: fatalError('UNAVAILABLE', true),
  429: fatalError('RATE_LIMITED', true),
};

const errorBodySchema = z.looseObject({
  error: z.looseObject({
    message: z.string().nullish().catch(undefined),
    status: z.string().nullish().catch(undefined),
  }),
});

/** History of the connection before its end. */
export interface ConnectionPast {
  /** The vendor said that it would end it. */
  readonly wasAnnounced: boolean;
  /** It ended before it was ready, although it was to resume a conversation: without the handle it may work. */
  readonly isResumeRefused: boolean;
}

/** The end of a connection as an event. What the reason says comes first, the number second. */
export function googleConnectionError(end: ConnectionEnd, past: ConnectionPast): ProviderErrorEvent {
  switch (end.type) {
    case 'refused': {
      const { message, status } = readBody(end.body);
      const row =
        rowOf(message) ??
        HTTP_STATUSES[end.status] ??
        (end.status >= 500 ? fatalError('UNAVAILABLE', true) : fatalError('CONNECT_FAILED'));
      return reportError(
        row,
        `The provider refused the connection with HTTP ${end.status}: ${message}`,
        status ?? String(end.status),
      );
    }
    case 'unreachable':
      return reportError(fatalError('CONNECT_FAILED', true), `The provider could not be reached: ${end.message}`);
    case 'timed-out':
      return reportError(fatalError('CONNECTION_LOST', true), `The provider stopped answering: ${end.message}`);
    case 'closed': {
      const unnamed = past.wasAnnounced
        ? fatalError('SESSION_EXPIRED', true)
        : (CLOSE_CODES[end.code] ?? fatalError('CONNECTION_LOST', true));
      const named = rowOf(end.reason, end.code) ?? unnamed;
      const row = past.isResumeRefused && named.code === 'INVALID_REQUEST' ? fatalError(named.code, true) : named;
      const message = `The provider closed the connection with ${end.code}${end.reason === '' ? '' : `: ${end.reason}`}`;
      return reportError(row, message, String(end.code));
    }
  }
}

/** Reasons that mean: the conversation this handle stood for is gone. */
export function isHandleDead(end: ConnectionEnd): boolean {
  return end.type === 'closed' && /requested entity was not found/i.test(end.reason);
}

/** A call that broke off before it was whole: it cannot be carried out, and the model need not be told. */
export function lostCall(reason: string): ProviderErrorEvent {
  return reportError(
    mildError('UNUSABLE_TOOL_CALL'),
    `The model called a tool in a way that cannot be used. The provider could not read it (${reason}).`,
  );
}

function rowOf(words: string, closeCode?: number): ErrorRow | undefined {
  return REASONS.find(([pattern, , only]) => (only === undefined || only === closeCode) && pattern.test(words))?.[1];
}

function readBody(body: string): { readonly message: string; readonly status: string | undefined } {
  const plain = { message: body.trim() === '' ? 'no reason given' : body.slice(0, 300), status: undefined };
  try {
    const json: unknown = JSON.parse(body);
    // Some front ends answer with a list of one.
    const parsed = errorBodySchema.safeParse(Array.isArray(json) ? json[0] : json);
    if (!parsed.success) return plain;
    const { message, status } = parsed.data.error;
    return { message: message ?? status ?? plain.message, status: status ?? undefined };
  } catch {
    return plain;
  }
}
