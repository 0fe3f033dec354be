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
  /** It ended with a call that nobody has been told of. */
  readonly hasLostCall: boolean;
}

/**
 * Reads why a turn is over, from `turnCompleteReason` or a finish reason as other APIs of the vendor have it;
 * `undefined` where nothing is wrong.
 */
export function readEarlyEnd(reason: string | undefined): EarlyEnd | undefined {
  if (reason === undefined || reason === '' || USUAL.has(reason)) return undefined;
  const word = reason.slice(0, MAX_REASON_CHARS);
  return { reason: reasonOf(word), hasLostCall: /(?:FUNCTION|TOOL)_CALL/.test(word) };
}

function reasonOf(word: string): string {
  if (FILTERED.test(word)) return 'content_filter';
  return /^MAX_(?:OUTPUT_)?TOKENS$/.test(word) ? 'max_output_tokens' : word.toLowerCase();
}
