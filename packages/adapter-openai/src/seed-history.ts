import type { HistoryItem } from '@speko/adapter';
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

/**
 * The conversation so far as items, in order. Empty messages are left out, and so are results whose call is not there:
 * the vendor refuses both. Assistant audio cannot be inserted, hence text.
 */
export function seedItems(
  history: readonly HistoryItem[],
  dialect: OpenAIDialect,
): (OpenAIItem | BetaAssistantMessage)[] {
  const calls = new Set<string>();
  return history.flatMap((item): (OpenAIItem | BetaAssistantMessage)[] => {
    switch (item.type) {
      case 'message':
        return item.text.trim() === '' ? [] : [message(item.role, item.text, dialect)];
      case 'tool-call':
        calls.add(item.callId);
        return [
          {
            type: 'function_call',
            call_id: acceptedCallId(item.callId),
            name: item.name,
            arguments: item.arguments,
          },
        ];
      case 'tool-result':
        if (!calls.has(item.callId)) return [];
        return [{ type: 'function_call_output', call_id: acceptedCallId(item.callId), output: item.output }];
    }
  });
}

/** The vendor's ids of the calls that have no result yet. */
export function openCalls(history: readonly HistoryItem[]): readonly string[] {
  const answered = new Set(history.flatMap((item) => (item.type === 'tool-result' ? [item.callId] : [])));
  return history.flatMap((item) =>
    item.type === 'tool-call' && !answered.has(item.callId) ? [acceptedCallId(item.callId)] : [],
  );
}

function message(
  role: 'user' | 'assistant' | 'system',
  text: string,
  dialect: OpenAIDialect,
): OpenAIItem | BetaAssistantMessage {
  if (role !== 'assistant') return { type: 'message', role, content: [{ type: 'input_text', text }] };
  return dialect === 'ga'
    ? { type: 'message', role, content: [{ type: 'output_text', text }] }
    : { type: 'message', role, content: [{ type: 'text', text }] };
}

/** FNV-1a, 32 bits, as eight hexadecimal digits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, '0');
}
