import type { ResponseEndEvent } from '@speko/adapter';
import { boundText } from '../bound-text.ts';
import { type VendorError, readVendorError } from '../vendor-errors.ts';

const MAX_REASON_CHARS = 120;
const CONTENT_FILTER: ReadonlySet<string> = new Set(['content_filter', 'content-filter', 'content_filtered', 'safety']);
const TOKEN_LIMIT: ReadonlySet<string> = new Set([
  'max_output_tokens',
  'max_response_output_tokens',
  'max_tokens',
  'max_completion_tokens',
  'length',
]);

/** How a response of the OpenAI Realtime dialect ended. */
export interface ResponseOutcome {
  readonly status: ResponseEndEvent['status'];
  readonly reason?: string;
  /** The failure of a failed response. */
  readonly error?: VendorError;
}

/**
 * How a response ended.
 *
 * @param status - `status` of the response; one that is not known counts as `incomplete`, with the word as reason. Some
 * servers leave it out where all is well.
 * @param details - `status_details`: null, an object, or on some servers a plain string.
 */
export function readResponseEnd(status: string | undefined, details: unknown): ResponseOutcome {
  const reason = readReason(details);
  switch (status) {
    case 'completed':
      return { status };
    case 'failed': {
      const error = readVendorError(isRecord(details) ? (details['error'] ?? reason) : reason);
      return { status, reason: error.code ?? error.type ?? reason ?? 'failed', error };
    }
    case 'cancelled':
      return { status, ...(reason === undefined ? {} : { reason }) };
    case 'incomplete':
      return { status, reason: incompleteReason(reason ?? 'unknown') };
    case undefined:
      return reason === undefined
        ? { status: 'completed' }
        : { status: 'incomplete', reason: incompleteReason(reason) };
    default:
      return { status: 'incomplete', reason: incompleteReason(status) };
  }
}

/** Two reasons have one name across vendors; others keep the vendor's word. */
function incompleteReason(word: string): string {
  const name = boundText(word.trim().toLowerCase(), MAX_REASON_CHARS) || 'unknown';
  if (CONTENT_FILTER.has(name)) return 'content_filter';
  return TOKEN_LIMIT.has(name) ? 'max_output_tokens' : name;
}

function readReason(details: unknown): string | undefined {
  if (typeof details === 'string') return details;
  return isRecord(details) && typeof details['reason'] === 'string' ? details['reason'] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
