import type { ReplyAudio } from './reply-audio.ts';

/** Each may hold a turn's audio. */
const MAX_OPEN_ROUNDS = 4;
const MAX_QUOTED_CHARACTERS = 200;

/** What came of the tool calls of one response. */
export interface ToolAnswer {
  /** What each tool answered, in words. */
  readonly words: string;
  /** Everything the tools said, for the token estimate. */
  readonly outputs: string;
  /** The user's own words, for a spoken turn. */
  readonly audio: ReplyAudio | undefined;
}

interface ToolRound {
  readonly audio: ReplyAudio | undefined;
  readonly calls: { readonly callId: string; readonly name: string; output?: string }[];
}

/** Tool calls by response: they are answered together, once the last result is in. */
export class ToolRounds {
  readonly #rounds: ToolRound[] = [];

  get isFull(): boolean {
    return this.#rounds.length >= MAX_OPEN_ROUNDS;
  }

  open(calls: readonly { readonly callId: string; readonly name: string }[], audio: ReplyAudio | undefined): void {
    this.#rounds.push({ audio, calls: calls.map(({ callId, name }) => ({ callId, name })) });
  }

  /** Takes the first result of a call. Returns the answer once it is the last of its round. */
  take(callId: string, output: string): ToolAnswer | undefined {
    const round = this.#rounds.find(({ calls }) => calls.some((call) => call.callId === callId));
    const call = round?.calls.find((each) => each.callId === callId);
    if (!round || !call || call.output !== undefined) return undefined;
    call.output = output;
    if (round.calls.some((each) => each.output === undefined)) return undefined;
    this.#rounds.splice(this.#rounds.indexOf(round), 1);
    return {
      words: round.calls.map((each) => `${each.name} answered ${cut(each.output ?? '')}`).join('; '),
      outputs: round.calls.map((each) => each.output).join(''),
      audio: round.audio,
    };
  }
}

function cut(text: string): string {
  return text.length <= MAX_QUOTED_CHARACTERS ? text : `${text.slice(0, MAX_QUOTED_CHARACTERS)}…`;
}
