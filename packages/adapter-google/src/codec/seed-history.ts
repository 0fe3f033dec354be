import type { HistoryItem } from '@speko/adapter';
import type { Content } from '../google-client-events.ts';

/** Older words are left out: every turn pays for all of them again. */
const MAX_CHARACTERS = 60_000;

/** A conversation so far, ready to be told. */
export interface SeededHistory {
  /** User and model in turns; never two of the same in a row, never an empty one. */
  readonly turns: readonly Content[];
  /** The user's last words, still unanswered; not among the turns. */
  readonly pendingQuestion: string | undefined;
}

/**
 * Projects the conversation to text in the two roles there are. Calls and their results become sentences, since not
 * every model takes them as parts of a history, and so do system messages.
 */
export function seedTurns(history: readonly HistoryItem[]): SeededHistory {
  const names = new Map(
    history.flatMap((item) => (item.type === 'tool-call' ? [[item.callId, item.name] as const] : [])),
  );
  const last = history.findLastIndex((item) => item.type !== 'message' || item.text.trim() !== '');
  const pending = history[last];
  const isPending = pending?.type === 'message' && pending.role === 'user';
  const turns: { role: 'user' | 'model'; text: string }[] = [];
  let characters = 0;
  for (const item of history.slice(0, isPending ? last : history.length).toReversed()) {
    const text = textOf(item, names);
    if (text === '') continue;
    characters += text.length;
    if (characters > MAX_CHARACTERS) break;
    const role = roleOf(item);
    const next = turns[0];
    if (next?.role === role) next.text = `${text}\n${next.text}`;
    else turns.unshift({ role, text });
  }
  return {
    turns: turns.map(({ role, text }) => ({ role, parts: [{ text }] })),
    pendingQuestion: isPending ? pending.text.trim() : undefined,
  };
}

/** Calls without a result, with their names. */
export function openCallsOf(
  history: readonly HistoryItem[],
): readonly { readonly callId: string; readonly name: string }[] {
  const answered = new Set(history.flatMap((item) => (item.type === 'tool-result' ? [item.callId] : [])));
  return history.flatMap((item) => (item.type === 'tool-call' && !answered.has(item.callId) ? [item] : []));
}

/** The result of a call as words, for a connection that knows nothing of the call. */
export function resultAsText(name: string, output: string): string {
  return `[The function ${name} returned: ${output}]`;
}

function roleOf(item: HistoryItem): 'user' | 'model' {
  if (item.type === 'message') return item.role === 'assistant' ? 'model' : 'user';
  return item.type === 'tool-call' ? 'model' : 'user';
}

function textOf(item: HistoryItem, names: ReadonlyMap<string, string>): string {
  switch (item.type) {
    case 'message':
      return item.role === 'system' && item.text.trim() !== ''
        ? `[Instruction: ${item.text.trim()}]`
        : item.text.trim();
    case 'tool-call':
      return `[I called the function ${item.name} with ${item.arguments}]`;
    case 'tool-result':
      return resultAsText(names.get(item.callId) ?? 'that was called', item.output);
  }
}
