import type { HistoryItem, SessionCommand, SessionEvent } from '@speko/adapter';
import type { ProviderLink } from '../connection/provider-link.ts';
import { OwedAnswers } from './owed-answers.ts';
import { TurnSeam, type UserTurnEvent } from './turn-seam.ts';
import { UtteranceTape } from './utterance-tape.ts';

/** Detectors report speech a little after it began, and vendors a little after that. */
const LEAD_IN_MS = 600;
/** Of vendors that report no speech, only words: those come long after they were begun. */
const WORDS_LEAD_IN_MS = 3000;

/**
 * What the user said and asked that the provider has not begun to answer. When its connection is replaced, all of it is
 * said again on the next one, in its order.
 */
export class UnansweredInput {
  readonly #hasManualTurns: boolean;
  readonly #tape: UtteranceTape;
  readonly #seam = new TurnSeam();
  readonly #owed = new OwedAnswers();
  /** The vendor has reported speech before. */
  #reportsSpeech = false;
  /** Where in the user's audio the latest turn began. */
  #turnStart = 0;

  constructor(options: { bytesPerMs: number; maxMs: number; manualTurns: boolean }) {
    const { bytesPerMs, maxMs, manualTurns } = options;
    this.#hasManualTurns = manualTurns;
    this.#tape = new UtteranceTape({ bytesPerMs, leadInMs: LEAD_IN_MS, maxMs, keepsAll: manualTurns });
  }

  audio(pcm: Uint8Array): void {
    this.#tape.record(pcm);
  }

  command(command: SessionCommand): void {
    if (command.type === 'tool-result') this.#owed.toolSettled(command.callId);
    if (this.#asks(command)) this.#owed.asked(command, this.#tape.end);
    if (command.type === 'audio-clear') this.#forgetBefore(this.#tape.end);
  }

  /** What the session is to see of an event. `isAnswering`: a response is being spoken. */
  userTurn(event: UserTurnEvent, isAnswering: boolean): SessionEvent | undefined {
    if (event.type === 'speech-start') this.#reportsSpeech = true;
    const wasAnswered = !this.#seam.hasUnanswered;
    const shown = this.#seam.pass(event, this.#reportsSpeech || this.#hasManualTurns || isAnswering);
    const hasBegun = event.type === 'speech-start' || (wasAnswered && this.#seam.hasUnanswered);
    if (hasBegun) this.#turnStart = this.#tape.speechStarted();
    if (hasBegun && !this.#reportsSpeech && !this.#hasManualTurns) this.#tape.lengthenLeadIn(WORDS_LEAD_IN_MS);
    return shown;
  }

  toolCalled(callId: string): void {
    this.#owed.toolCalled(callId);
  }

  toolCancelled(callId: string): void {
    this.#owed.toolSettled(callId);
  }

  /** An answer begins: what it answers need not be said again. Returns what follows for the user's turns. */
  answered(): readonly SessionEvent[] {
    const events = this.#seam.answered();
    const commit = this.#owed.questions.findLast(({ command }) => command.type === 'audio-commit');
    this.#owed.answered();
    if (this.#hasManualTurns) this.#forgetBefore(commit?.position ?? 0);
    else this.#forgetBefore(this.#seam.isSpeaking ? this.#turnStart : this.#tape.end);
    return events;
  }

  /** Whether the provider has nothing to wait for and nothing to answer. */
  get isSettled(): boolean {
    if (this.#seam.hasUnanswered || this.#owed.awaitsTools || this.#owed.hasQuestions) return false;
    return !this.#hasManualTurns || this.#tape.isEmpty;
  }

  /** Whether the provider should be answering by now. */
  get isAnswerDue(): boolean {
    return !this.#owed.awaitsTools && this.isSaidToEnd;
  }

  /** Whether something was said or asked to its end, so that the provider may have taken it in. */
  get isSaidToEnd(): boolean {
    return this.hasQuestions || (this.#seam.hasUnanswered && !this.#seam.isSpeaking);
  }

  /** Whether the provider waits for the results of tools. */
  get awaitsTools(): boolean {
    return this.#owed.awaitsTools;
  }

  /** Whether something was asked that has to be answered, as speech need not be: it may have been noise. */
  get hasQuestions(): boolean {
    return this.#owed.hasQuestions;
  }

  /** Whether a turn stayed unanswered although it was said on two connections. */
  get isIgnored(): boolean {
    return this.#seam.hasUnansweredTwice;
  }

  /** Whether the beginning of what is said again is not kept any more. */
  get hasLost(): boolean {
    return this.#tape.hasLost || this.#owed.hasLost;
  }

  /** The connection is gone. `last` and the return value: see `TurnSeam.leave`. */
  leave(last: readonly UserTurnEvent[], isReplaced: boolean): readonly SessionEvent[] {
    return this.#seam.leave(last, isReplaced && !this.#tape.isEmpty);
  }

  /** The history that a new connection is told before it hears all this, and then what is `held` back for it. */
  historyBefore(history: readonly HistoryItem[], held: readonly SessionCommand[]): readonly HistoryItem[] {
    return this.#owed.historyWithout(history, this.#seam.wordsSaidAgain, held);
  }

  sayAgain(link: ProviderLink): void {
    let position = 0;
    for (const { command, position: askedAt } of this.#owed.take()) {
      for (const piece of this.#tape.pieces(position, askedAt)) link.appendAudio(piece);
      position = askedAt;
      this.#owed.asked(command, askedAt);
      link.send(command);
    }
    for (const piece of this.#tape.pieces(position)) link.appendAudio(piece);
  }

  /** With the provider's own turn detection a commit may have nothing to end: no answer is owed for it. */
  #asks({ type }: SessionCommand): boolean {
    return type === 'text-append' || type === 'tool-result' || (type === 'audio-commit' && this.#hasManualTurns);
  }

  #forgetBefore(position: number): void {
    this.#tape.forgetBefore(position);
    if (!this.#hasManualTurns && !this.#seam.hasUnanswered) this.#tape.rest();
  }
}
