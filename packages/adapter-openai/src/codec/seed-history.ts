import type { HistoryItem } from '@speko/adapter';
import { shortenText } from '@speko/adapter-kit';
import { historyItems } from '@speko/adapter-kit/openai-dialect';
import type { BetaAssistantMessage, OpenAIItem } from '../openai-client-events.ts';
import type { OpenAIDialect } from './session-update.ts';

const MAX_CALL_ID_LENGTH = 32;
/** Alphabet of the vendor's ids. */
const PLAIN_ID = /^[\w-]+$/;
/**
 * Longest text of one item. Seen with typed text, where 256,100 characters were refused and 255,900 taken; results of
 * tools are held to the same, since a refused one leaves the model waiting for it.
 */
export const MAX_TEXT_CHARS = 256_000;

/**
 * An id this vendor accepts for a call of another one: ids of other vendors are longer than it allows.
 * The same for the same id, so that a call and its result still belong together.
 */
export function acceptedCallId(callId: string): string {
  return callId.length <= MAX_CALL_ID_LENGTH && PLAIN_ID.test(callId)
    ? callId
    : `call_${hash(callId)}${hash(`${callId}/`)}${hash(`/${callId}`)}`;
}

/** The conversation so far as items, in order. */
export function seedItems(
  history: readonly HistoryItem[],
  dialect: OpenAIDialect,
): (OpenAIItem | BetaAssistantMessage)[] {
  const fitting = history.map(shortenItem);
  return dialect === 'ga'
    ? historyItems(fitting, { assistantPart: 'output_text', callIdOf: acceptedCallId })
    : historyItems(fitting, { assistantPart: 'text', callIdOf: acceptedCallId });
}

/** Told when it was new; told again, it only has to fit. */
function shortenItem(item: HistoryItem): HistoryItem {
  switch (item.type) {
    case 'message':
      return { ...item, text: shortenText(item.text, MAX_TEXT_CHARS, '').text };
    case 'tool-result':
      return { ...item, output: shortenText(item.output, MAX_TEXT_CHARS, '').text };
    case 'tool-call':
      return item;
  }
}

/** FNV-1a, 32 bits, as eight hexadecimal digits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, '0');
}
