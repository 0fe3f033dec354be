/** Input of a simulated model. */
export interface SimulatedTurn {
  /** Counts the responses of the connection, or of the conversation where a vendor keeps that, from 0. */
  readonly responseIndex: number;
  /** Counts what the user said or wrote, from 0; -1 before the first. */
  readonly userTurnIndex: number;
  /** Audio of the user since the last answer, mono PCM16 samples at 24 kHz; empty when there is none. */
  readonly userAudio: Int16Array;
  /** Milliseconds of it that were speech; all of it where turns are ended by hand. */
  readonly userSpeechMs: number;
  /** Typed text since the last answer. */
  readonly userText: string | undefined;
  /** Results of tool calls since the last answer. */
  readonly toolResults: readonly SimulatedToolResult[];
  /** Instructions of this response alone. */
  readonly instructions: string | undefined;
  /** Instructions of the session. */
  readonly sessionInstructions: string;
  /** Functions the model may call. */
  readonly tools: readonly SimulatedTool[];
}

/** A client's answer to a tool call. */
export interface SimulatedToolResult {
  readonly callId: string;
  readonly name: string;
  readonly output: string;
}

/** A function the client offers. */
export interface SimulatedTool {
  readonly name: string;
  /** As configured: JSON Schema, or what the vendor takes instead. */
  readonly parameters: unknown;
}

/** Mono samples at 24 kHz; `tone` is a made-up voice as long as the text; `echo` is what the user just said. */
export type SimulatedAudio = Int16Array | 'tone' | 'echo';

/** One spoken item. */
export interface SimulatedSpeech {
  readonly text: string;
  /** @defaultValue 'tone' */
  readonly audio?: SimulatedAudio;
}

/** Answer of a simulated model. */
export interface SimulatedReply {
  readonly text?: string;
  /** @defaultValue 'tone' */
  readonly audio?: SimulatedAudio;
  /** Several spoken items, in place of `text` and `audio`. */
  readonly items?: readonly SimulatedSpeech[];
  /** Calls after the speech; `arguments` as an object or as the very string to send. */
  readonly tools?: readonly { readonly name: string; readonly arguments: string | Readonly<Record<string, unknown>> }[];
  /** Ends the response early with this reason, such as `max_output_tokens`, instead of completing it. */
  readonly incompleteReason?: 'max_output_tokens' | 'content_filter';
}

/** A reply of no more than a text or calls. */
export interface PlainReply {
  readonly text?: string;
  readonly tools?: readonly { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }[];
}

/** When the default reply calls a tool; see `callTools` of `OpenAISimulatorOptions`. */
export type SimulatedToolUse = 'first-turn' | 'every-turn' | 'on-request';

/**
 * The reply of a simulator without a script. It says what it heard, and answers
 *
 * - a response with its own instructions with the text they quote, or else with the instructions;
 * - tool results by repeating the last one;
 * - typed text that names tools with a call of each, and other text by repeating it;
 * - speech with how much of it there was.
 *
 * @param callTools - `first-turn` calls the first tool on the user's first turn if its name begins with `get_`;
 * `every-turn` calls the first tool on each turn of the user; `on-request` calls only what typed text names.
 */
export function createDefaultReply(callTools: SimulatedToolUse): (turn: SimulatedTurn) => PlainReply {
  return (turn) => {
    if (turn.instructions !== undefined)
      return { text: quoted(turn.instructions) ?? `simulated: ${turn.instructions}` };
    const result = turn.toolResults.at(-1);
    if (result !== undefined) return { text: `simulated: ${result.name} answered ${result.output.slice(0, 120)}` };
    const tools = toolsToCall(turn, callTools);
    if (tools.length > 0) {
      return { tools: tools.map(({ name, parameters }) => ({ name, arguments: sampleArguments(parameters) })) };
    }
    if (turn.userText !== undefined) return { text: `simulated: you wrote "${turn.userText.slice(0, 200)}"` };
    return { text: `simulated: ${(turn.userSpeechMs / 1000).toFixed(1)} s of speech` };
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

/** The first text in double quotes, read as a JSON string. */
function quoted(instructions: string): string | undefined {
  const match = /"(?:[^"\\]|\\.)*"/.exec(instructions);
  if (match === null) return undefined;
  try {
    const text: unknown = JSON.parse(match[0]);
    return typeof text === 'string' && text !== '' ? text : undefined;
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
  // Google's subset of OpenAPI writes types in capitals.
  switch (String(schema['type']).toLowerCase()) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object':
      return sampleArguments(schema);
    default:
      return 'simulated';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
