import type { SimulatedToolResult, SimulatedTurn } from '@speko/adapter-kit/simulation';
import { functionsOf, type SessionSettings } from './session-settings.ts';
import type { ConversationEntry, SimulatedItem } from './simulated-conversation.ts';

export interface TurnContext {
  readonly entries: readonly ConversationEntry[];
  readonly settings: SessionSettings;
  readonly instructions: string | undefined;
  readonly responseIndex: number;
}

/** What a response is to answer: everything since the last thing the model said or called. */
export function describeTurn({ entries, settings, instructions, responseIndex }: TurnContext): SimulatedTurn {
  const recent = entries.slice(entries.findLastIndex(({ item }) => isOutput(item)) + 1);
  const audio = recent.flatMap(({ userAudio }) => (userAudio === undefined ? [] : [userAudio]));
  const texts = recent.flatMap(({ item }) =>
    item.role === 'user' ? (item.content ?? []).flatMap(({ text }) => (text === undefined ? [] : [text])) : [],
  );
  return {
    responseIndex,
    userTurnIndex: entries.filter(({ item }) => item.type === 'message' && item.role === 'user').length - 1,
    userAudio: audio.at(-1)?.samples ?? new Int16Array(0),
    userSpeechMs: audio.reduce((sum, { speechMs }) => sum + speechMs, 0),
    userText: texts.length === 0 ? undefined : texts.join(' '),
    toolResults: recent.flatMap(({ item }) => toolResult(item, entries)),
    instructions,
    sessionInstructions: settings.instructions,
    tools: functionsOf(settings),
  };
}

function isOutput(item: SimulatedItem): boolean {
  return item.type === 'function_call' || item.role === 'assistant';
}

function toolResult(item: SimulatedItem, entries: readonly ConversationEntry[]): SimulatedToolResult[] {
  if (item.type !== 'function_call_output') return [];
  const callId = item.call_id ?? '';
  const call = entries.find((entry) => entry.item.type === 'function_call' && entry.item.call_id === callId)?.item;
  return [{ callId, name: call?.name ?? '', output: item.output ?? '' }];
}
