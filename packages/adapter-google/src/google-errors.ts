import type { AdapterErrorCode, ConnectionEnd, ProviderErrorEvent } from '@speko/adapter';
import { z } from 'zod';

interface ErrorRow {
  readonly code: AdapterErrorCode;
  /** Whether a fresh connection could help. */
  readonly retryable: boolean;
}

const never = (code: AdapterErrorCode): ErrorRow => ({ code, retryable: false });
const again = (code: AdapterErrorCode): ErrorRow => ({ code, retryable: true });

/**
 * By what the reason says, first match wins; an entry with a number holds for that close code only. Reasons are cut to
 * 123 bytes, so only their beginnings count.
 */
const REASONS: readonly (readonly [words: RegExp, row: ErrorRow, closeCode?: number])[] = [
  [
    /api key (?:not valid|expired|not found)|api_key_invalid|invalid authentication|unauthenticated/i,
    never('AUTH_FAILED'),
  ],
  [/unregistered caller|permission|leaked|has not been used in project|blocked/i, never('AUTH_FAILED')],
  [/is not found for api version|not supported for bidigeneratecontent|unknown model/i, never('MODEL_NOT_FOUND')],
  [/exceeded your current quota|quota exceeded|billing/i, never('QUOTA_EXCEEDED')],
  [/rate limit|resource.?(?:has been )?exhausted|too many/i, again('RATE_LIMITED')],
  [/goaway|go away|deadline expired/i, again('SESSION_EXPIRED')],
  [/unavailable|overloaded/i, again('UNAVAILABLE')],
  [/unknown name|explicit activity control|thinking level|scheduling is not supported/i, never('INVALID_REQUEST')],
  // Says “audio” and means input while a call is open.
  [/content_type_audio/i, again('PROVIDER_ERROR')],
  [
    /requested entity was not found|not implemented, or supported, or enabled|operation was aborted/i,
    again('PROVIDER_ERROR'),
  ],
  [/operation was cancelled/i, again('SESSION_EXPIRED'), 1000],
  [/internal error/i, again('PROVIDER_ERROR')],
];

const CLOSE_CODES: Readonly<Record<number, ErrorRow>> = {
  1000: again('CLOSED'),
  1001: again('UNAVAILABLE'),
  1005: again('CONNECTION_LOST'),
  1006: again('CONNECTION_LOST'),
  1007: never('INVALID_REQUEST'),
  1008: never('PROVIDER_ERROR'),
  1009: never('INVALID_REQUEST'),
  1011: again('PROVIDER_ERROR'),
  1012: again('CONNECTION_LOST'),
  1013: again('UNAVAILABLE'),
};

const HTTP_STATUSES: Readonly<Record<number, ErrorRow>> = {
  400: never('CONNECT_FAILED'),
  401: never('AUTH_FAILED'),
  403: never('AUTH_FAILED'),
  404: never('CONNECT_FAILED'),
  408: again('UNAVAILABLE'),
  429: again('RATE_LIMITED'),
};

const errorBodySchema = z.looseObject({
  error: z.looseObject({
    message: z.string().nullish().catch(undefined),
    status: z.string().nullish().catch(undefined),
  }),
});

/** What is known of the connection beside how it ended. */
export interface ConnectionPast {
  /** The vendor said that it would end it. */
  readonly wasAnnounced: boolean;
  /** It ended before it was ready, although it was to resume a conversation: without the handle it may work. */
  readonly isResumeRefused: boolean;
}

/** The end of a connection as an event. What the reason says comes first, the number second. */
export function toConnectionError(end: ConnectionEnd, past: ConnectionPast): ProviderErrorEvent {
  switch (end.type) {
    case 'refused': {
      const { message, status } = readBody(end.body);
      const row =
        rowOf(message) ??
        HTTP_STATUSES[end.status] ??
        (end.status >= 500 ? again('UNAVAILABLE') : never('CONNECT_FAILED'));
      return report(
        row,
        `The provider refused the connection with HTTP ${end.status}: ${message}`,
        status ?? String(end.status),
      );
    }
    case 'unreachable':
      return report(again('CONNECT_FAILED'), `The provider could not be reached: ${end.message}`, undefined);
    case 'timed-out':
      return report(again('CONNECTION_LOST'), `The provider stopped answering: ${end.message}`, undefined);
    case 'closed': {
      const unnamed = past.wasAnnounced
        ? again('SESSION_EXPIRED')
        : (CLOSE_CODES[end.code] ?? again('CONNECTION_LOST'));
      const named = rowOf(end.reason, end.code) ?? unnamed;
      const row = past.isResumeRefused && named.code === 'INVALID_REQUEST' ? again(named.code) : named;
      const message = `The provider closed the connection with ${end.code}${end.reason === '' ? '' : `: ${end.reason}`}`;
      return report(row, message, String(end.code));
    }
  }
}

/** Reasons that mean: the conversation this handle stood for is gone. */
export function isHandleDead(end: ConnectionEnd): boolean {
  return end.type === 'closed' && /requested entity was not found/i.test(end.reason);
}

/** Audio that is no base64, such as a page of HTML that a proxy put in its place. */
export const DAMAGED_AUDIO: ProviderErrorEvent = {
  type: 'provider-error',
  code: 'PROVIDER_ERROR',
  message: 'The provider sent audio that is damaged base64; it was left out.',
  fatal: false,
  retryable: false,
};

/** A call that nobody can carry out. */
export function unusableCall(problem: string): ProviderErrorEvent {
  return {
    type: 'provider-error',
    code: 'UNUSABLE_TOOL_CALL',
    message: `The model called a tool in a way that cannot be used. ${problem}`.slice(0, 500),
    fatal: false,
    retryable: false,
  };
}

function rowOf(words: string, closeCode?: number): ErrorRow | undefined {
  return REASONS.find(([pattern, , only]) => (only === undefined || only === closeCode) && pattern.test(words))?.[1];
}

function report({ code, retryable }: ErrorRow, message: string, providerCode: string | undefined): ProviderErrorEvent {
  return {
    type: 'provider-error',
    code,
    message: message.slice(0, 500),
    ...(providerCode === undefined ? {} : { providerCode: providerCode.slice(0, 120) }),
    fatal: true,
    retryable,
  };
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
