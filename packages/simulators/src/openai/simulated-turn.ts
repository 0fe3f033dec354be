import type { SimulatedToolResult, SimulatedTurn } from '@speko/simulator-kit';
import type { ResponseParameters } from './client-events.ts';
import type { SimulatedItem } from './server-events.ts';
import type { SimulatedSession } from './session-settings.ts';
import type { ConversationEntry } from './simulated-conversation.ts';

export interface TurnContext {
  readonly entries: readonly ConversationEntry[];
  readonly session: SimulatedSession;
  readonly parameters: ResponseParameters | undefined;
  readonly responseIndex: number;
}

/** What a response is to answer: everything since the last thing the model said or called. */
export function describeTurn({ entries, session, parameters, responseIndex }: TurnContext): SimulatedTurn {
  const lastOutput = entries.findLastIndex(({ item }) => isOutput(item));
  const recent = entries.slice(lastOutput + 1);
  const audio = recent.flatMap(({ userAudio }) => (userAudio === undefined ? [] : [userAudio]));
  const toolResults = recent.flatMap(({ item }) => toolResult(item, entries));
  const written = textsOf(recent, 'user');
  // Pipecat writes what is to be answered in the middle of a call in the name of the system.
  const isAsked = written.length > 0 || audio.length > 0 || toolResults.length > 0;
  const texts = isAsked ? written : textsOf(recent, 'system');
  const tools = parameters?.tool_choice === 'none' ? [] : (parameters?.tools ?? session.tools);
  return {
    responseIndex,
    userTurnIndex: entries.filter(({ item }) => item.type === 'message' && item.role === 'user').length - 1,
    userAudio: audio.at(-1)?.samples ?? new Int16Array(0),
    userSpeechMs: audio.reduce((sum, { speechMs }) => sum + speechMs, 0),
    userText: texts.length === 0 ? undefined : texts.join(' '),
    toolResults,
    instructions: parameters?.instructions,
    sessionInstructions: session.instructions,
    tools: tools.flatMap((tool) =>
      tool.type === 'function' ? [{ name: tool.name, parameters: tool.parameters }] : [],
    ),
  };
}

function isOutput(item: SimulatedItem): boolean {
  return item.type === 'function_call' || (item.type === 'message' && item.role === 'assistant');
}

function textsOf(entries: readonly ConversationEntry[], role: 'user' | 'system'): string[] {
  return entries.flatMap(({ item }) =>
    item.type === 'message' && item.role === role
      ? item.content.flatMap((part) => ('text' in part ? [part.text] : []))
      : [],
  );
}

function toolResult(item: SimulatedItem, entries: readonly ConversationEntry[]): SimulatedToolResult[] {
  if (item.type !== 'function_call_output') return [];
  const call = entries.find(
    (entry) => entry.item.type === 'function_call' && entry.item.call_id === item.call_id,
  )?.item;
  return [{ callId: item.call_id, name: call?.type === 'function_call' ? call.name : '', output: item.output }];
}
