import type { SessionEvent } from '@speko/adapter';

/** Transcripts come seconds after their turn, not hours: older turns of a connection are forgotten. */
const MAX_TURNS = 256;
const MAX_TEXT_CHARS = 262_144;

/** Events of the user's turns. */
export type UserTurnEvent = Extract<
  SessionEvent,
  {
    type: 'speech-start' | 'speech-end' | 'input-commit' | 'transcript-delta' | 'transcript-replace' | 'transcript-end';
  }
>;

/**
 * The user's turns across connections. A turn that no answer has begun for is said again on the next connection, and is
 * the same turn there: it goes on under its first name, its words replace those of the first attempt, and it is final
 * once. Ids handed in are unique in the session.
 */
export class TurnsAcrossConnections {
  /** Turns of this connection, by its ids. */
  readonly #turns = new Map<string, Turn>();
  /** Turns that are said again and that this connection has not heard yet, oldest first. */
  #saidAgain: Turn[] = [];

  /**
   * What the session is to see of an event. `isLate`: words of a turn that is not known yet are the transcript of one
   * that has its answer already.
   */
  pass(event: UserTurnEvent, isLate: boolean): SessionEvent | undefined {
    const isOfWords = event.type === 'transcript-delta' || event.type === 'transcript-replace';
    const turn = this.#turn(event.turnId, isOfWords && isLate);
    const turnId = turn.name;
    switch (event.type) {
      case 'speech-start':
        turn.isSpeaking = true;
        if (turn.isSaidAgain && turn.hasStarted) return undefined;
        turn.hasStarted = true;
        turn.hasEnded = turn.isSaidAgain && turn.hasEnded;
        return { ...event, turnId };
      case 'speech-end':
        turn.isSpeaking = false;
        if (turn.isSaidAgain && turn.hasEnded) return undefined;
        turn.hasEnded = true;
        return { ...event, turnId };
      case 'input-commit':
        if (turn.isCommitted) return undefined;
        turn.isCommitted = true;
        return { ...event, turnId };
      case 'transcript-delta':
        turn.text += event.delta.slice(0, MAX_TEXT_CHARS - turn.text.length);
        return turn.isSaidAgain
          ? show(turn, { type: 'transcript-replace', role: 'user', turnId, text: turn.text })
          : show(turn, { ...event, turnId });
      case 'transcript-replace':
        turn.text = event.text.slice(0, MAX_TEXT_CHARS);
        return show(turn, { ...event, turnId });
      case 'transcript-end':
        return finish(turn, event.text ?? turn.text);
    }
  }

  /** Whether the user was heard to speak and not yet to stop. */
  get isSpeaking(): boolean {
    return [...this.#turns.values()].some(({ isSpeaking }) => isSpeaking);
  }

  /** Whether there is a turn that no answer has begun for. */
  get hasUnanswered(): boolean {
    return this.#saidAgain.length > 0 || [...this.#turns.values()].some(({ isAnswered }) => !isAnswered);
  }

  /** Whether such a turn was said on an earlier connection already. */
  get hasUnansweredTwice(): boolean {
    const open = [...this.#turns.values()].filter(({ isAnswered }) => !isAnswered);
    return this.#saidAgain.length > 0 || open.some(({ isSaidAgain }) => isSaidAgain);
  }

  /** Final texts of turns that will be said again. */
  get wordsSaidAgain(): readonly string[] {
    return this.#saidAgain.flatMap(({ finalText }) => finalText ?? []);
  }

  /** An answer begins: it answers every finished turn. */
  answered(): readonly SessionEvent[] {
    const turns = [...this.#turns.values()];
    for (const turn of turns) turn.isAnswered ||= !turn.isSpeaking;
    // What was heard as several turns before may be heard as one now, which then has the words of all.
    const isMerged = turns.some(({ isSaidAgain }) => isSaidAgain);
    const unheard = this.#saidAgain;
    this.#saidAgain = [];
    return unheard.flatMap((turn) => close(turn, isMerged ? '' : turn.shownText));
  }

  /**
   * The connection is gone. `last`: what its codec says of the user's turns at the end. `isSaidAgain`: unanswered turns
   * will be said on the next connection, so nothing about them is over.
   */
  leave(last: readonly UserTurnEvent[], isSaidAgain: boolean): readonly SessionEvent[] {
    const isOpen = (id: string): boolean => isSaidAgain && this.#turns.get(id)?.isAnswered === false;
    const events = last.filter(({ turnId }) => !isOpen(turnId)).flatMap((event) => this.pass(event, true) ?? []);
    const turns = [...this.#turns.values()];
    const again = isSaidAgain ? turns.filter(({ isAnswered }) => !isAnswered) : [];
    const over = isSaidAgain ? turns.filter(({ isAnswered }) => isAnswered) : [...turns, ...this.#saidAgain];
    for (const turn of over) events.push(...close(turn, turn.shownText));
    this.#turns.clear();
    this.#saidAgain = isSaidAgain ? [...again, ...this.#saidAgain] : [];
    for (const turn of again) {
      turn.isSaidAgain = true;
      turn.isSpeaking = false;
      turn.text = '';
    }
    return events;
  }

  #turn(id: string, isAnswered: boolean): Turn {
    const known = this.#turns.get(id);
    if (known !== undefined) return known;
    const turn = (isAnswered ? undefined : this.#saidAgain.shift()) ?? {
      name: id,
      text: '',
      shownText: undefined,
      finalText: undefined,
      isSpeaking: false,
      hasStarted: false,
      hasEnded: false,
      isCommitted: false,
      isAnswered,
      isSaidAgain: false,
    };
    this.#turns.set(id, turn);
    if (this.#turns.size > MAX_TURNS) this.#forgetOne();
    return turn;
  }

  /** The oldest that is over, or the oldest. */
  #forgetOne(): void {
    const [oldest] = this.#turns.keys();
    const over = [...this.#turns].find(([, turn]) => turn.isAnswered && turn.finalText !== undefined);
    const id = over?.[0] ?? oldest;
    if (id !== undefined) this.#turns.delete(id);
  }
}

interface Turn {
  /** Its id on the first connection that heard it. */
  readonly name: string;
  /** As heard on this connection. */
  text: string;
  /** Text of it that the session has seen. */
  shownText: string | undefined;
  finalText: string | undefined;
  /** On this connection. */
  isSpeaking: boolean;
  /** Parts of its speech that the session has seen. */
  hasStarted: boolean;
  hasEnded: boolean;
  isCommitted: boolean;
  isAnswered: boolean;
  /** It was said on an earlier connection as well. */
  isSaidAgain: boolean;
}

function show(turn: Turn, event: SessionEvent): SessionEvent | undefined {
  if (turn.finalText !== undefined) return undefined;
  turn.shownText = turn.text;
  return event;
}

function finish(turn: Turn, text: string): SessionEvent | undefined {
  if (turn.finalText !== undefined) return undefined;
  turn.finalText = text;
  return { type: 'transcript-end', role: 'user', turnId: turn.name, text };
}

/** Nothing more will come of it. */
function close(turn: Turn, text: string | undefined): readonly SessionEvent[] {
  const events: SessionEvent[] = [];
  if (turn.hasStarted && !turn.hasEnded) events.push({ type: 'speech-end', turnId: turn.name });
  turn.hasEnded = true;
  const end = turn.shownText === undefined ? undefined : finish(turn, text ?? '');
  return end === undefined ? events : [...events, end];
}

/** Whether an event is about a turn of the user. */
export function isUserTurnEvent(event: SessionEvent): event is UserTurnEvent {
  switch (event.type) {
    case 'speech-start':
    case 'speech-end':
    case 'input-commit':
    case 'transcript-end':
      return true;
    case 'transcript-delta':
    case 'transcript-replace':
      return event.role === 'user';
    default:
      return false;
  }
}
