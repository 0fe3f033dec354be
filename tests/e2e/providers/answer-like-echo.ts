/** What the simulators of all vendors tell of a turn; a vendor without instructions for one response writes them as text. */
export interface Turn {
  readonly instructions?: string | undefined;
  readonly userText: string | undefined;
  readonly userSpeechMs: number;
  /** At 24 kHz. */
  readonly userAudio: Int16Array;
  readonly toolResults: readonly { readonly name: string; readonly output: string }[];
  readonly tools: readonly { readonly name: string }[];
}

/** What the simulators of all vendors can say. */
export interface Reply {
  readonly text?: string;
  readonly audio?: 'tone' | 'echo';
  readonly tools?: readonly { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }[];
}

/** Answers every turn as the echo provider does, so that a client gets the same from all of them. */
export function answerLikeEcho(turn: Turn): Reply {
  const { userText, toolResults, tools } = turn;
  if (toolResults.length > 0) return tellResults(turn);
  const opening = openingLine(turn);
  if (opening !== undefined) return { text: opening };
  const named = tools.filter(({ name }) => userText?.includes(name));
  if (named.length > 0) return { tools: named.map(({ name }) => ({ name, arguments: {} })) };
  if (userText !== undefined) return { text: `echo: ${userText}` };
  return { text: `echo: ${seconds(turn.userSpeechMs)} of speech`, audio: 'echo' };
}

/** In the order of the tools, and with what the user said while they ran. */
function tellResults({ toolResults, tools, userSpeechMs }: Turn): Reply {
  const names = tools.map(({ name }) => name);
  const results = toolResults
    .toSorted((one, other) => names.indexOf(one.name) - names.indexOf(other.name))
    .map(({ name, output }) => `${name} answered ${output}`);
  if (userSpeechMs === 0) return { text: `echo: ${results.join('; ')}` };
  return { text: `echo: ${[...results, `${seconds(userSpeechMs)} of speech`].join('; ')}`, audio: 'echo' };
}

/** Writes down what was heard as the echo provider does. */
export function transcribeLikeEcho({ speechMs }: { readonly speechMs: number }): string {
  return `(${seconds(speechMs)} of speech)`;
}

/** The words that an adapter has put into quotes for the model to say. */
function openingLine({ instructions, userText }: Turn): string | undefined {
  const order = instructions ?? (userText?.startsWith('Say exactly') ? userText : undefined);
  const quoted = order === undefined ? null : /"(?:[^"\\]|\\.)*"/.exec(order);
  return quoted === null ? undefined : (JSON.parse(quoted[0]) as string);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
