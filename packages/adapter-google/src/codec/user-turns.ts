import { appendBounded, createIdMinter, type CodecDraft } from '@speko/adapter-kit';

/**
 * The user's side: the vendor names no turns and never says that a transcript is complete, so both are concluded from
 * what comes around it. Every method adds its events to the draft; a turn gets at most one final text.
 */
export class GoogleUserTurns {
  readonly #mintId = createIdMinter('user');
  /** The turn being spoken, or answered and still waiting for its words. */
  #turn: UserTurn | undefined;
  /** The turn being answered has its final text: more words are a second opinion about it. */
  #isSettled = false;
  /** The last turn has its final text and no answer yet. */
  #isFinished = false;

  /** Speech without an answer yet. */
  get hasUnanswered(): boolean {
    return this.#turn !== undefined && !this.#turn.isCommitted;
  }

  speechStarted(audioStartMs: number | undefined, draft: CodecDraft): void {
    this.#isSettled = false;
    if (this.#turn?.isCommitted === true) this.#settle(draft);
    const turn = this.#turn ?? this.#begin();
    if (turn.isSpeaking) return;
    turn.isSpeaking = true;
    draft.events.push({
      type: 'speech-start',
      turnId: turn.id,
      ...(audioStartMs === undefined ? {} : { audioStartMs }),
    });
  }

  speechEnded(audioEndMs: number | undefined, draft: CodecDraft): void {
    if (this.#turn?.isSpeaking !== true) return;
    this.#turn.isSpeaking = false;
    const turn = this.#turn;
    draft.events.push({ type: 'speech-end', turnId: turn.id, ...(audioEndMs === undefined ? {} : { audioEndMs }) });
    if (turn.isWritten) this.#finish(turn, draft);
  }

  /** Words. `isAnswering`: the model speaks already, so they belong to the turn it answers. */
  words(text: string, isAnswering: boolean, draft: CodecDraft): void {
    if (this.#turn === undefined && this.#isSettled) return;
    const isNew = this.#turn === undefined;
    const delta = isNew || this.#turn?.text === '' ? text.trimStart() : text;
    if (delta === '') return;
    const turn = this.#turn ?? this.#begin();
    if (isNew && isAnswering) {
      this.#commit(turn, draft);
      turn.isAnswered = true;
    }
    turn.isWritten = false;
    turn.text = appendBounded(turn.text, delta);
    draft.events.push({ type: 'transcript-delta', role: 'user', turnId: turn.id, delta });
  }

  /** The vendor says that it has written down an utterance: its text is final, and more words are another one. */
  finished(draft: CodecDraft): void {
    const turn = this.#turn;
    if (turn === undefined || turn.text === '') return;
    turn.isWritten = true;
    if (!turn.isSpeaking) this.#finish(turn, draft);
  }

  /** The client ended the turn by hand. */
  committed(draft: CodecDraft): void {
    if (this.#turn?.isCommitted === true) this.#settle(draft);
    this.#isSettled = false;
    this.#commit(this.#turn ?? this.#begin(), draft);
  }

  /** The model begins to answer: what has been said is a turn, and its words are final if there are any. */
  answered(draft: CodecDraft): void {
    const turn = this.#turn;
    if (turn === undefined) {
      this.#isSettled ||= this.#isFinished;
      this.#isFinished = false;
      return;
    }
    this.speechEnded(undefined, draft);
    this.#commit(turn, draft);
    turn.isAnswered = true;
    if (turn.text === '') return;
    this.#settle(draft);
    this.#isSettled = true;
  }

  /** The model fell silent because the user spoke up: the next words are a turn of their own. */
  interrupted(draft: CodecDraft): void {
    // A turn that was ended by hand may be what interrupts.
    if (this.#turn?.isAnswered === true) this.#settle(draft);
    this.#isSettled = false;
  }

  /** The vendor's turn is over. `mayGoOn`: it will say more about the same turn of the user. */
  turnOver(mayGoOn: boolean, draft: CodecDraft): void {
    if (this.#turn?.isSpeaking !== true) {
      this.answered(draft);
      // Words that have not come by now will not.
      this.#turn = undefined;
    }
    if (!mayGoOn) this.#isSettled = false;
  }

  close(draft: CodecDraft): void {
    this.speechEnded(undefined, draft);
    this.#settle(draft);
  }

  #finish(turn: UserTurn, draft: CodecDraft): void {
    this.#commit(turn, draft);
    this.#settle(draft);
    this.#isFinished = true;
  }

  #begin(): UserTurn {
    this.#isFinished = false;
    this.#turn = {
      id: this.#mintId(),
      text: '',
      isSpeaking: false,
      isWritten: false,
      isCommitted: false,
      isAnswered: false,
    };
    return this.#turn;
  }

  #commit(turn: UserTurn, draft: CodecDraft): void {
    if (turn.isCommitted) return;
    turn.isCommitted = true;
    draft.events.push({ type: 'input-commit', turnId: turn.id });
  }

  /** Ends the turn, with a final text if there were words. */
  #settle(draft: CodecDraft): void {
    const turn = this.#turn;
    this.#turn = undefined;
    if (turn === undefined || turn.text === '') return;
    draft.events.push({ type: 'transcript-end', role: 'user', turnId: turn.id, text: turn.text.trim() });
  }
}

interface UserTurn {
  readonly id: string;
  text: string;
  isSpeaking: boolean;
  /** The vendor has said that these are all its words. */
  isWritten: boolean;
  isCommitted: boolean;
  isAnswered: boolean;
}
