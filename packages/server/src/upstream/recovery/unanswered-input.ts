import type { HistoryItem, SessionCommand, SessionEvent } from '@speko/adapter';
import type { ProviderLink } from '../connection/provider-link.ts';
import { PendingQuestions } from './pending-questions.ts';
import { TurnsAcrossConnections, type UserTurnEvent } from './turns-across-connections.ts';
import { UnansweredAudio } from './unanswered-audio.ts';

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
  readonly #audio: UnansweredAudio;
  readonly #turns = new TurnsAcrossConnections();
  readonly #questions = new PendingQuestions();
  /** The vendor has reported speech before. */
  #reportsSpeech = false;
  /** Where in the user's audio the latest turn began. */
  #turnStart = 0;

  constructor(options: { bytesPerMs: number; maxMs: number; manualTurns: boolean }) {
    const { bytesPerMs, maxMs, manualTurns } = options;
    this.#hasManualTurns = manualTurns;
    this.#audio = new UnansweredAudio({ bytesPerMs, leadInMs: LEAD_IN_MS, maxMs, keepsAll: manualTurns });
  }

  audio(pcm: Uint8Array): void {
    this.#audio.record(pcm);
  }

  command(command: SessionCommand): void {
    if (command.type === 'tool-result') this.#questions.toolSettled(command.callId);
    if (this.#asks(command)) this.#questions.asked(command, this.#audio.end);
    if (command.type === 'audio-clear') this.#forgetBefore(this.#audio.end);
  }

  /** What the session is to see of an event. `isAnswering`: a response is being spoken. */
  userTurn(event: UserTurnEvent, isAnswering: boolean): SessionEvent | undefined {
    if (event.type === 'speech-start') this.#reportsSpeech = true;
    const wasAnswered = !this.#turns.hasUnanswered;
    const shown = this.#turns.pass(event, this.#reportsSpeech || this.#hasManualTurns || isAnswering);
    const hasBegun = event.type === 'speech-start' || (wasAnswered && this.#turns.hasUnanswered);
    if (hasBegun) this.#turnStart = this.#audio.speechStarted();
    if (hasBegun && !this.#reportsSpeech && !this.#hasManualTurns) this.#audio.lengthenLeadIn(WORDS_LEAD_IN_MS);
    return shown;
  }

  toolCalled(callId: string): void {
    this.#questions.toolCalled(callId);
  }

  toolCancelled(callId: string): void {
    this.#questions.toolSettled(callId);
  }

  /** An answer begins: what it answers need not be said again. Returns what follows for the user's turns. */
  answered(): readonly SessionEvent[] {
    const events = this.#turns.answered();
    const commit = this.#questions.questions.findLast(({ command }) => command.type === 'audio-commit');
    this.#questions.answered();
    if (this.#hasManualTurns) this.#forgetBefore(commit?.position ?? 0);
    else this.#forgetBefore(this.#turns.isSpeaking ? this.#turnStart : this.#audio.end);
    return events;
  }

  /** Whether the provider has nothing to wait for and nothing to answer. */
  get isSettled(): boolean {
    if (this.#turns.hasUnanswered || this.#questions.awaitsTools || this.#questions.hasQuestions) return false;
    return !this.#hasManualTurns || this.#audio.isEmpty;
  }

  /** Whether the provider should be answering by now. */
  get isAnswerDue(): boolean {
    return !this.#questions.awaitsTools && this.isSaidToEnd;
  }

  /** Whether something was said or asked to its end, so that the provider may have taken it in. */
  get isSaidToEnd(): boolean {
    return this.hasQuestions || (this.#turns.hasUnanswered && !this.#turns.isSpeaking);
  }

  /** Whether the provider waits for the results of tools. */
  get awaitsTools(): boolean {
    return this.#questions.awaitsTools;
  }

  /** Whether something was asked that has to be answered, as speech need not be: it may have been noise. */
  get hasQuestions(): boolean {
    return this.#questions.hasQuestions;
  }

  /** Whether a turn stayed unanswered although it was said on two connections. */
  get isIgnored(): boolean {
    return this.#turns.hasUnansweredTwice;
  }

  /** Whether the beginning of what is said again has been dropped. */
  get hasLost(): boolean {
    return this.#audio.hasLost || this.#questions.hasLost;
  }

  /** The connection is gone. `last` and the return value: see `TurnsAcrossConnections.leave`. */
  leave(last: readonly UserTurnEvent[], isReplaced: boolean): readonly SessionEvent[] {
    return this.#turns.leave(last, isReplaced && !this.#audio.isEmpty);
  }

  /** The history that a new connection is told before it hears all this, and then what is `held` back for it. */
  historyBefore(history: readonly HistoryItem[], held: readonly SessionCommand[]): readonly HistoryItem[] {
    return this.#questions.historyWithout(history, this.#turns.wordsSaidAgain, held);
  }

  sayAgain(link: ProviderLink): void {
    let position = 0;
    for (const { command, position: askedAt } of this.#questions.take()) {
      for (const piece of this.#audio.pieces(position, askedAt)) link.appendAudio(piece);
      position = askedAt;
      this.#questions.asked(command, askedAt);
      link.send(command);
    }
    for (const piece of this.#audio.pieces(position)) link.appendAudio(piece);
  }

  /** With the provider's own turn detection a commit may have nothing to end: no answer is owed for it. */
  #asks({ type }: SessionCommand): boolean {
    return type === 'text-append' || type === 'tool-result' || (type === 'audio-commit' && this.#hasManualTurns);
  }

  #forgetBefore(position: number): void {
    this.#audio.forgetBefore(position);
    if (!this.#hasManualTurns && !this.#turns.hasUnanswered) this.#audio.rest();
  }
}
