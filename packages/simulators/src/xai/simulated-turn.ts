import type { SimulatedToolResult, SimulatedTurn } from '@speko/simulator-kit';
import { functionsOf, type SessionSettings } from './session-settings.ts';
import type { ConversationEntry, SimulatedItem } from './simulated-conversation.ts';

export interface TurnContext {
  readonly entries: readonly ConversationEntry[];
  readonly unanswered: readonly ConversationEntry[];
  readonly settings: SessionSettings;
  readonly instructions: string | undefined;
  readonly responseIndex: number;
}

/** What a response is to answer: everything that came in since the last one was made. */
export function describeTurn({
  entries,
  unanswered,
  settings,
  instructions,
  responseIndex,
}: TurnContext): SimulatedTurn {
  const audio = unanswered.flatMap(({ userAudio }) => (userAudio === undefined ? [] : [userAudio]));
  const texts = unanswered.flatMap(({ item }) =>
    item.role === 'user' ? (item.content ?? []).flatMap(({ text }) => (text === undefined ? [] : [text])) : [],
  );
  return {
    responseIndex,
    userTurnIndex: entries.filter(({ item }) => item.type === 'message' && item.role === 'user').length - 1,
    userAudio: audio.at(-1)?.samples ?? new Int16Array(0),
    userSpeechMs: audio.reduce((sum, { speechMs }) => sum + speechMs, 0),
    userText: texts.length === 0 ? undefined : texts.join(' '),
    toolResults: unanswered.flatMap(({ item }) => toolResult(item, entries)),
    instructions,
    sessionInstructions: settings.instructions,
    tools: functionsOf(settings),
  };
}

function toolResult(item: SimulatedItem, entries: readonly ConversationEntry[]): SimulatedToolResult[] {
  if (item.type !== 'function_call_output') return [];
  const callId = item.call_id ?? '';
  const call = entries.find((entry) => entry.item.type === 'function_call' && entry.item.call_id === callId)?.item;
  return [{ callId, name: call?.name ?? '', output: item.output ?? '' }];
}
