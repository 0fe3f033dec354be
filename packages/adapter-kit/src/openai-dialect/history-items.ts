import type { HistoryItem } from '@speko/adapter';

/** A past item as a client of the OpenAI Realtime dialect may insert it. */
export type RealtimeHistoryItem<AssistantPart extends 'text' | 'output_text' = 'text' | 'output_text'> =
  | {
      readonly type: 'message';
      readonly role: 'user' | 'system';
      readonly content: { readonly type: 'input_text'; readonly text: string }[];
    }
  | {
      readonly type: 'message';
      readonly role: 'assistant';
      readonly content: { readonly type: AssistantPart; readonly text: string }[];
    }
  | { readonly type: 'function_call'; readonly call_id: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'function_call_output'; readonly call_id: string; readonly output: string };

/** How a vendor wants its history. */
export interface HistoryStyle<AssistantPart extends 'text' | 'output_text'> {
  /** Its name for the assistant's words; assistant audio cannot be inserted. */
  readonly assistantPart: AssistantPart;
  /** Its id for a call of another vendor; the same for the same id. */
  readonly callIdOf: (callId: string) => string;
}

/**
 * The conversation so far as items, in order. Empty messages are left out, and so are results whose call is not there:
 * vendors refuse both.
 */
export function historyItems<AssistantPart extends 'text' | 'output_text'>(
  history: readonly HistoryItem[],
  { assistantPart, callIdOf }: HistoryStyle<AssistantPart>,
): RealtimeHistoryItem<AssistantPart>[] {
  const calls = new Set<string>();
  return history.flatMap((item): RealtimeHistoryItem<AssistantPart>[] => {
    switch (item.type) {
      case 'message':
        if (item.text.trim() === '') return [];
        return item.role === 'assistant'
          ? [{ type: 'message', role: item.role, content: [{ type: assistantPart, text: item.text }] }]
          : [{ type: 'message', role: item.role, content: [{ type: 'input_text', text: item.text }] }];
      case 'tool-call':
        calls.add(item.callId);
        return [{ type: 'function_call', call_id: callIdOf(item.callId), name: item.name, arguments: item.arguments }];
      case 'tool-result':
        if (!calls.has(item.callId)) return [];
        return [{ type: 'function_call_output', call_id: callIdOf(item.callId), output: item.output }];
    }
  });
}

/** The ids of the calls that have no result yet. */
export function openHistoryCalls(history: readonly HistoryItem[]): readonly string[] {
  const answered = new Set(history.flatMap((item) => (item.type === 'tool-result' ? [item.callId] : [])));
  return history.flatMap((item) => (item.type === 'tool-call' && !answered.has(item.callId) ? [item.callId] : []));
}
