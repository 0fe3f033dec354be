import type { ResponseEndEvent } from '@speko/adapter';
import { readOpenAIError, type OpenAIError } from './openai-errors.ts';

interface ResponseOutcome {
  readonly status: ResponseEndEvent['status'];
  readonly reason?: string;
  /** What failed, for a response that did. */
  readonly error?: OpenAIError;
}

/**
 * How a response ended.
 *
 * @param status - `status` of the response; one that is not known counts as `incomplete`, with the word as reason.
 * @param details - `status_details`: null, an object, or on some servers a plain string.
 */
export function readResponseEnd(status: string | undefined, details: unknown): ResponseOutcome {
  const reason = readReason(details);
  switch (status) {
    case 'completed':
      return { status };
    case 'failed': {
      const error = readOpenAIError(isRecord(details) ? (details['error'] ?? reason) : reason);
      return { status, reason: error.code ?? error.type ?? reason ?? 'failed', error };
    }
    case 'cancelled':
    case 'incomplete':
      return { status, ...(reason === undefined ? {} : { reason }) };
    default:
      return { status: 'incomplete', reason: status ?? reason ?? 'unknown' };
  }
}

function readReason(details: unknown): string | undefined {
  if (typeof details === 'string') return details;
  return isRecord(details) && typeof details['reason'] === 'string' ? details['reason'] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
