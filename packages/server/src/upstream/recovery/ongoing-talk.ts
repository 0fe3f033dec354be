import type { SessionCommand, SessionEvent } from '@speko/adapter';
import { CallNames } from './call-names.ts';
import { IdRenamer } from './id-renamer.ts';
import { OpenResponses } from './open-responses.ts';
import { isUserTurnEvent } from './turns-across-connections.ts';
import { UnansweredInput } from './unanswered-input.ts';

/** A command about something that the provider is saying. */
export type CutCommand = Extract<SessionCommand, { type: 'response-cancel' | 'response-truncate' }>;

/**
 * The talk across connections: which responses are open, and what the user said that has no answer. Shows
 * the session one conversation, with ids that are unique in it.
 */
export class OngoingTalk {
  readonly unanswered: UnansweredInput;
  readonly #options: OngoingTalkOptions;
  readonly #responses = new OpenResponses();
  #renamer = new IdRenamer(0);
  readonly #calls = new CallNames();
  #owesFirstMessage: boolean;

  constructor(options: OngoingTalkOptions) {
    this.#options = options;
    this.#owesFirstMessage = options.hasFirstMessage;
    this.unanswered = new UnansweredInput(options);
  }

  /** The first message is still due, and nothing was said before it. */
  get owesFirstMessage(): boolean {
    return this.#owesFirstMessage;
  }

  /** Whether both sides are silent and no answer is due. */
  get isQuiet(): boolean {
    return this.#responses.isEmpty && this.unanswered.isSettled;
  }

  /** Whether a response is open. */
  get isAnswering(): boolean {
    return !this.#responses.isEmpty;
  }

  /** Whether the provider has something to say: an answer that is due, or the rest of one that was begun. */
  get owesWords(): boolean {
    return this.unanswered.isAnswerDue || (!this.#responses.isEmpty && !this.unanswered.awaitsTools);
  }

  /** Later events are those of another connection. */
  moved(generation: number): void {
    this.#renamer = new IdRenamer(generation);
    this.#calls.moved();
  }

  /** An event of the connection. */
  observe(told: SessionEvent): void {
    const event = this.#calls.rename(told);
    this.#track(event);
    const named = this.#renamer.rename(event);
    if (!isUserTurnEvent(named)) return this.#options.emit(named);
    this.#owesFirstMessage = false;
    const shown = this.unanswered.userTurn(named, this.#responses.isSpeaking);
    if (shown !== undefined) this.#options.emit(shown);
  }

  /** What is open decides when it is quiet, and what has to be said again. */
  #track(event: SessionEvent): void {
    switch (event.type) {
      case 'response-start':
        return this.#started(event.responseId);
      case 'audio-delta':
        return this.#answeredBy(event.responseId);
      case 'transcript-delta':
      case 'transcript-replace':
        return event.role === 'assistant' ? this.#answeredBy(event.turnId) : undefined;
      case 'response-interrupt':
        return this.#responses.interrupted(event.responseId);
      case 'response-end':
        // One that gave way to the next before it said anything answered nothing.
        if (event.reason !== 'superseded') this.#answeredBy(event.responseId);
        this.#responses.ended(event.responseId);
        // Only an answer proves that the new connection works: a refused account accepts connections too.
        if (event.status === 'completed') this.#options.onCompleted();
        return;
      case 'tool-call':
        this.#answeredBy(event.responseId);
        return this.unanswered.toolCalled(event.callId);
      case 'tool-cancel':
        return this.unanswered.toolCancelled(event.callId);
      default:
    }
  }

  #started(responseId: string): void {
    const surplus = this.#responses.started(responseId);
    if (surplus !== undefined) this.#options.emit(this.#renamer.rename(surplus));
  }

  /** Some vendors begin a response long before its first sound, or drop it unheard: only what is said is an answer. */
  #answeredBy(responseId: string | undefined): void {
    if (this.#responses.answers(responseId)) this.answered();
  }

  /** Whatever was said to its end has its answer, or needs none. */
  answered(): void {
    this.#owesFirstMessage = false;
    for (const event of this.unanswered.answered()) this.#options.emit(event);
  }

  /** Ends what was open on a connection that is gone. `last`: what its codec had not said to the end. */
  cut(last: readonly SessionEvent[], isReplaced: boolean): void {
    const events = last.map((event) => this.#renamer.rename(event));
    for (const event of this.unanswered.leave(events.filter(isUserTurnEvent), isReplaced)) this.#options.emit(event);
    for (const event of events) if (event.type === 'usage-report') this.#options.emit(event);
    for (const end of this.#responses.cut(last)) this.#options.emit(this.#renamer.rename(end));
  }

  /** The command with the connection's own id of its call. */
  withOriginalCall(command: SessionCommand): SessionCommand {
    return this.#calls.original(command);
  }

  /** The command with the connection's own ids; `undefined` when it is about something on another one. */
  withOriginalIds(command: CutCommand): SessionCommand | undefined {
    const responseId = this.#renamer.original(command.responseId);
    if (responseId === undefined) return undefined;
    if (command.type === 'response-cancel') return { ...command, responseId };
    const items = command.items.map((item) => ({
      ...item,
      itemId: this.#renamer.original(item.itemId) ?? item.itemId,
    }));
    return { ...command, responseId, items };
  }
}

export interface OngoingTalkOptions {
  /** The provider is to speak first. */
  readonly hasFirstMessage: boolean;
  /** Only `audio-commit` ends a user's turn. */
  readonly manualTurns: boolean;
  /** Of PCM16 at the provider's input rate. */
  readonly bytesPerMs: number;
  /** Most user audio kept to be said again. */
  readonly maxMs: number;
  /** An event as the session is to see it. */
  emit(event: SessionEvent): void;
  /** A response was completed. */
  onCompleted(): void;
}
