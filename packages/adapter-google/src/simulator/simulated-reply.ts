/** What a simulated model is asked to answer. */
export interface SimulatedTurn {
  /** Counts the responses of the conversation, from 0. */
  readonly responseIndex: number;
  /** Counts what the user said or wrote, from 0; -1 before the first. Requests to say certain words are not counted. */
  readonly userTurnIndex: number;
  /** What the user just said, mono samples at 24 kHz; empty when nothing was said. */
  readonly userAudio: Int16Array;
  /** Milliseconds of it that were speech; all of it where turns are ended by hand. */
  readonly userSpeechMs: number;
  /** What the user wrote since the last answer. */
  readonly userText: string | undefined;
  /** Results of tool calls since the last answer. */
  readonly toolResults: readonly SimulatedToolResult[];
  readonly sessionInstructions: string;
  /** Functions the model may call. */
  readonly tools: readonly SimulatedTool[];
}

/** What a client answered to a tool call. */
export interface SimulatedToolResult {
  readonly callId: string;
  readonly name: string;
  /** The response object as JSON; what is in its `output`, if that is all. */
  readonly output: string;
}

/** A function the model may call. */
export interface SimulatedTool {
  readonly name: string;
  /** As configured: JSON Schema, or Google's subset of OpenAPI. */
  readonly parameters: unknown;
}

/** What a simulated model answers. */
export interface SimulatedReply {
  readonly text?: string;
  /**
   * Mono samples at 24 kHz; `tone` is a made-up voice as long as the text; `echo` is what the user just said.
   * @defaultValue 'tone'
   */
  readonly audio?: Int16Array | 'tone' | 'echo';
  /** Calls, after what is said. */
  readonly tools?: readonly { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }[];
}

/** When the default reply calls a tool: on the first turn, on every turn, or only when typed text names it. */
export type SimulatedToolUse = 'first-turn' | 'every-turn' | 'on-request';

/**
 * The reply of a simulator without a script. It says what it heard, and answers
 *
 * - tool results by repeating the last one;
 * - typed text that names tools with a call of each, a request to say something with the quoted words, and other text
 *   by repeating it;
 * - speech with how much of it there was.
 *
 * @param callTools - `first-turn` calls the first tool on the user's first turn if its name begins with `get_`;
 * `every-turn` calls the first tool on each turn of the user; `on-request` calls only what typed text names.
 */
export function createDefaultReply(callTools: SimulatedToolUse): (turn: SimulatedTurn) => SimulatedReply {
  return (turn) => {
    const result = turn.toolResults.at(-1);
    if (result !== undefined) return { text: `simulated: ${result.name} answered ${result.output.slice(0, 120)}` };
    const tools = toolsToCall(turn, callTools);
    if (tools.length > 0) {
      return { tools: tools.map(({ name, parameters }) => ({ name, arguments: sampleArguments(parameters) })) };
    }
    const { userText, userSpeechMs } = turn;
    if (userText === undefined) return { text: `simulated: ${(userSpeechMs / 1000).toFixed(1)} s of speech` };
    return { text: wordsToSay(userText) ?? `simulated: you wrote "${userText.slice(0, 200)}"` };
  };
}

function toolsToCall(turn: SimulatedTurn, callTools: SimulatedToolUse): readonly SimulatedTool[] {
  const { tools, userText, userTurnIndex } = turn;
  const named = tools.filter(({ name }) => userText?.includes(name));
  if (named.length > 0) return named;
  const first = tools.slice(0, 1);
  if (callTools === 'every-turn') return first;
  return callTools === 'first-turn' && userTurnIndex === 0 ? first.filter(({ name }) => name.startsWith('get_')) : [];
}

/** The quoted words of a request to say exactly them: written like a message, but no turn of the user. */
export function wordsToSay(text: string): string | undefined {
  const quoted = /^Say exactly\b.*?("(?:[^"\\]|\\.)*")$/s.exec(text)?.[1];
  if (quoted === undefined) return undefined;
  try {
    const words: unknown = JSON.parse(quoted);
    return typeof words === 'string' && words !== '' ? words : undefined;
  } catch {
    return undefined;
  }
}

/** A value for each property of an object schema. */
function sampleArguments(parameters: unknown): Record<string, unknown> {
  const properties = isRecord(parameters) && isRecord(parameters['properties']) ? parameters['properties'] : {};
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, sampleValue(schema)]));
}

function sampleValue(schema: unknown): unknown {
  if (!isRecord(schema)) return 'simulated';
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0] as unknown;
  switch (String(schema['type']).toUpperCase()) {
    case 'NUMBER':
    case 'INTEGER':
      return 1;
    case 'BOOLEAN':
      return true;
    case 'ARRAY':
      return [];
    case 'OBJECT':
      return sampleArguments(schema);
    default:
      return 'simulated';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
