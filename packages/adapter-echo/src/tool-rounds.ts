import type { ReplyAudio } from './reply-audio.ts';

/** Each may hold a turn's audio. */
const MAX_OPEN_ROUNDS = 4;
const MAX_QUOTED_CHARACTERS = 200;

/** Outcome of one response's tool calls. */
export interface ToolAnswer {
  /** Each tool's answer, in words. */
  readonly words: string;
  /** How much the tools said, in UTF-16 code units, for the token estimate. */
  readonly outputCharacters: number;
  /** The user's own words, for a spoken turn. */
  readonly audio: ReplyAudio | undefined;
}

interface ToolRound {
  readonly audio: ReplyAudio | undefined;
  readonly calls: { readonly callId: string; readonly name: string; quote?: string; outputCharacters: number }[];
}

/** Tool calls by response: they are answered together, once the last result is in. */
export class ToolRounds {
  readonly #rounds: ToolRound[] = [];

  get isFull(): boolean {
    return this.#rounds.length >= MAX_OPEN_ROUNDS;
  }

  open(calls: readonly { readonly callId: string; readonly name: string }[], audio: ReplyAudio | undefined): void {
    this.#rounds.push({ audio, calls: calls.map(({ callId, name }) => ({ callId, name, outputCharacters: 0 })) });
  }

  /** Takes the first result of a call. Returns the answer once it is the last of its round. */
  take(callId: string, output: string): ToolAnswer | undefined {
    const round = this.#rounds.find(({ calls }) => calls.some((call) => call.callId === callId));
    const call = round?.calls.find((each) => each.callId === callId);
    if (!round || !call || call.quote !== undefined) return undefined;
    // A result is kept only as far as it is spoken.
    call.quote = cut(output);
    call.outputCharacters = output.length;
    if (round.calls.some((each) => each.quote === undefined)) return undefined;
    this.#rounds.splice(this.#rounds.indexOf(round), 1);
    return {
      words: round.calls.map((each) => `${each.name} answered ${each.quote ?? ''}`).join('; '),
      outputCharacters: round.calls.reduce((sum, each) => sum + each.outputCharacters, 0),
      audio: round.audio,
    };
  }
}

function cut(text: string): string {
  return text.length <= MAX_QUOTED_CHARACTERS ? text : `${text.slice(0, MAX_QUOTED_CHARACTERS)}…`;
}
