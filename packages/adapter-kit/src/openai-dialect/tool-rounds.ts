import { RecentMap } from '../recent-map.ts';

/** Responses whose calls are waited for, and calls of each of them; more are passed over. */
const MAX_ROUNDS = 64;
const MAX_CALLS = 256;

/**
 * The tool calls of each response. The model speaks again only when asked to, and may be asked only once per round:
 * after the outputs of all its calls are sent and the response that made them is over.
 */
export class ToolRounds {
  readonly #rounds = new RecentMap<string, Round>(MAX_ROUNDS);
  readonly #roundOfCall = new RecentMap<string, string>();

  /** Takes note of a call; `false` when it is known already, since vendors repeat calls, or is one too many. */
  called(responseId: string, callId: string): boolean {
    if (this.#roundOfCall.has(callId)) return false;
    let round = this.#rounds.get(responseId);
    if (round !== undefined && round.callCount >= MAX_CALLS) return false;
    this.#roundOfCall.set(callId, responseId);
    if (round === undefined) {
      round = { open: new Set(), answered: [], callCount: 0, isOver: false };
      this.#rounds.set(responseId, round);
    }
    round.open.add(callId);
    round.callCount += 1;
    return true;
  }

  /** The calls of a finished round, as soon as it is: then the model is to go on. */
  answered(callId: string): readonly string[] | undefined {
    const responseId = this.#roundOfCall.get(callId);
    const round = responseId === undefined ? undefined : this.#rounds.get(responseId);
    if (responseId === undefined || round === undefined) return [callId];
    if (round.open.delete(callId)) round.answered.push(callId);
    return this.#finished(responseId, round);
  }

  /** The same for the end of the response. */
  responseOver(responseId: string): readonly string[] | undefined {
    const round = this.#rounds.get(responseId);
    if (round === undefined) return undefined;
    round.isOver = true;
    return this.#finished(responseId, round);
  }

  #finished(responseId: string, round: Round): readonly string[] | undefined {
    if (!round.isOver || round.open.size > 0) return undefined;
    this.#rounds.delete(responseId);
    return round.answered;
  }
}

interface Round {
  readonly open: Set<string>;
  readonly answered: string[];
  callCount: number;
  isOver: boolean;
}
