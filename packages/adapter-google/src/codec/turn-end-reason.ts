import type { ProviderErrorEvent } from '@speko/adapter';

/** No reasons to end early. */
const USUAL: ReadonlySet<string> = new Set([
  'NEED_MORE_INPUT',
  'TURN_COMPLETE_REASON_UNSPECIFIED',
  'FINISH_REASON_UNSPECIFIED',
  'STOP',
  'CONTINUATION',
]);
const FILTERED =
  /SAFE|PROHIBITED|BLOCKLIST|BLOCKED|RECITATION|SPII|CELEBRITY|PEOPLE|MINORS|^INPUT_OTHER$|^GENERATED_OTHER$/;
const MAX_REASON_CHARS = 80;

/** A turn that the vendor ended before its end. */
export interface EarlyEnd {
  /** `content_filter`, `max_output_tokens`, or the vendor's own word in lower case. */
  readonly reason: string;
  /** It ended with a call that was never reported. */
  readonly hasLostCall: boolean;
  /** The vendor's own word, where it is neither a filter nor a limit: something went wrong there. */
  readonly fault?: string;
}

/**
 * Reads why a turn is over, from `turnCompleteReason` or a finish reason as other APIs of the vendor have it;
 * `undefined` where nothing is wrong.
 */
export function readEarlyEnd(reason: string | undefined): EarlyEnd | undefined {
  if (reason === undefined || reason === '' || USUAL.has(reason)) return undefined;
  const word = reason.slice(0, MAX_REASON_CHARS);
  if (FILTERED.test(word)) return { reason: 'content_filter', hasLostCall: false };
  if (/^MAX_(?:OUTPUT_)?TOKENS$/.test(word)) return { reason: 'max_output_tokens', hasLostCall: false };
  const hasLostCall = /(?:FUNCTION|TOOL)_CALL/.test(word);
  return { reason: word.toLowerCase(), hasLostCall, ...(hasLostCall ? {} : { fault: word }) };
}

/** Report of a turn that a fault ended early. */
export function turnFault(word: string): ProviderErrorEvent {
  return {
    type: 'provider-error',
    code: 'PROVIDER_ERROR',
    message: 'The model ended its turn early.',
    providerCode: word,
    fatal: false,
    retryable: false,
  };
}
