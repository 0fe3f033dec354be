import type { HistoryItem } from '@speko/adapter';
import { historyItems, openHistoryCalls } from '@speko/adapter-kit';
import type { BetaAssistantMessage, OpenAIItem } from './openai-client-events.ts';
import type { OpenAIDialect } from './openai-session.ts';

const MAX_CALL_ID_LENGTH = 32;

/**
 * An id this vendor accepts for a call of another one: ids of other vendors are longer than it allows.
 * The same for the same id, so that a call and its result still belong together.
 */
export function acceptedCallId(callId: string): string {
  return callId.length <= MAX_CALL_ID_LENGTH
    ? callId
    : `call_${hash(callId)}${hash(`${callId}/`)}${hash(`/${callId}`)}`;
}

/** The conversation so far as items, in order. */
export function seedItems(
  history: readonly HistoryItem[],
  dialect: OpenAIDialect,
): (OpenAIItem | BetaAssistantMessage)[] {
  return dialect === 'ga'
    ? historyItems(history, { assistantPart: 'output_text', callIdOf: acceptedCallId })
    : historyItems(history, { assistantPart: 'text', callIdOf: acceptedCallId });
}

/** The vendor's ids of the calls that have no result yet. */
export function openCalls(history: readonly HistoryItem[]): readonly string[] {
  return openHistoryCalls(history).map(acceptedCallId);
}

/** FNV-1a, 32 bits, as eight hexadecimal digits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, '0');
}
