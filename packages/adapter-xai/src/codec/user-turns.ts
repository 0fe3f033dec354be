import { boundText, type CodecDraft } from '@speko/adapter-kit';
import { stripRepeatedPrefix } from './strip-repeated-prefix.ts';

/** Items whose late transcripts are still told apart from new turns. */
const REMEMBERED_ITEMS = 64;
/** Most that is kept of their texts together, in UTF-16 code units. */
const REMEMBERED_CHARS = 4 * 1024 * 1024;

/**
 * The user's side. The vendor commits at every pause and goes on with the same item when the user does, so that its
 * transcripts grow and its "completed" comes many times. A turn is therefore closed not by a commit but by what follows
 * it: the answer being heard, another item, or the end. Then its final text is reported, once.
 */
export class XaiUserTurns {
  /** The newest turn of each item. */
  readonly #turns = new Map<string, UserTurn>();
  readonly #closesOnCommit: boolean;
  /** The turn that began last; all before it are closed. */
  #current: UserTurn | undefined;

  constructor(turnDetection: 'auto' | 'manual') {
    this.#closesOnCommit = turnDetection === 'manual';
  }

  /** Whether a turn waits to be closed by the answer. Asked for every piece of audio. */
  get isAnswerAwaited(): boolean {
    return this.#current !== undefined && isClosable(this.#current);
  }

  /**
   * @param speaksUp - Whether there is something to interrupt, so that even speech known already has to be told again.
   * @returns Whether the user began to speak; the vendor may say so several times for one utterance.
   */
  speechStarted(itemId: string, audioStartMs: number | undefined, speaksUp: boolean, draft: CodecDraft): boolean {
    const known = this.#turns.get(itemId);
    if (known?.isSpeaking === true) {
      if (!speaksUp) return false;
      endSpeech(known, undefined, draft);
    }
    this.#closeOthers(itemId, draft);
    const turn = known === undefined || known.isClosed ? this.#open(itemId, draft) : known;
    turn.isSpeaking = true;
    turn.isCommitted = false;
    turn.committedText = undefined;
    draft.events.push({
      type: 'speech-start',
      turnId: turn.turnId,
      ...(audioStartMs === undefined ? {} : { audioStartMs }),
    });
    return true;
  }

  speechStopped(itemId: string, audioEndMs: number | undefined, draft: CodecDraft): void {
    const turn = this.#turns.get(itemId);
    if (turn !== undefined) endSpeech(turn, audioEndMs, draft);
  }

  committed(itemId: string, draft: CodecDraft): void {
    const known = this.#turns.get(itemId);
    if (known?.isClosed === true) return;
    if (known === undefined) this.#closeOthers(itemId, draft);
    const turn = known ?? this.#open(itemId, draft);
    endSpeech(turn, undefined, draft);
    turn.isCommitted = true;
    if (this.#closesOnCommit) close(turn, draft);
  }

  /** Audio that was not committed is gone, and its turn with it. */
  cleared(draft: CodecDraft): void {
    const turn = this.#current;
    if (turn === undefined || turn.isClosed || turn.isCommitted) return;
    endSpeech(turn, undefined, draft);
    turn.isClosed = true;
    turn.isTranscribed = true;
  }

  /**
   * The text of an item so far.
   *
   * @param isCommitted - Whether it is the text of a commit; more may still be said to it.
   */
  transcript(itemId: string, wholeText: string, isCommitted: boolean, draft: CodecDraft): void {
    const known = this.#turns.get(itemId);
    if (known === undefined) this.#closeOthers(itemId, draft);
    const turn = known ?? this.#open(itemId, draft);
    const text = stripRepeatedPrefix(boundText(wholeText), turn.earlierText);
    if (turn.isTranscribed || text === '') return;
    const isFinal = isCommitted && turn.isClosed;
    if (text !== turn.text && !isFinal) {
      draft.events.push({ type: 'transcript-replace', role: 'user', turnId: turn.turnId, text });
    }
    turn.text = text;
    if (isCommitted) turn.committedText = text;
    if (isFinal) transcribe(turn, text, draft);
  }

  /** The answer is being heard: what was committed is all that was said. */
  answered(draft: CodecDraft): void {
    if (this.#current !== undefined && isClosable(this.#current)) close(this.#current, draft);
  }

  /** Nothing more will come. */
  end(draft: CodecDraft): void {
    for (const turn of this.#turns.values()) {
      close(turn, draft);
      if (turn.text !== '') transcribe(turn, turn.text, draft);
    }
  }

  #closeOthers(itemId: string, draft: CodecDraft): void {
    if (this.#current !== undefined && this.#current.itemId !== itemId) close(this.#current, draft);
  }

  /** A turn of an item; the item's second one, if its first is closed, begins after the words of that. */
  #open(itemId: string, draft: CodecDraft): UserTurn {
    const earlier = this.#turns.get(itemId);
    // From here on its transcripts belong to the new turn as well.
    if (earlier !== undefined && earlier.text !== '') transcribe(earlier, earlier.text, draft);
    const number = (earlier?.number ?? 0) + 1;
    const turn: UserTurn = {
      itemId,
      turnId: number === 1 ? itemId : `${itemId}~${number}`,
      number,
      earlierText: earlier === undefined ? '' : boundText(`${earlier.earlierText} ${earlier.text}`.trim()),
      text: '',
      committedText: undefined,
      isSpeaking: false,
      isCommitted: false,
      isClosed: false,
      isTranscribed: false,
    };
    this.#turns.delete(itemId);
    this.#turns.set(itemId, turn);
    this.#current = turn;
    this.#forget();
    return turn;
  }

  #forget(): void {
    let chars = 0;
    for (const turn of this.#turns.values()) chars += keptChars(turn);
    for (const [itemId, turn] of this.#turns) {
      if (this.#turns.size <= REMEMBERED_ITEMS && chars <= REMEMBERED_CHARS) return;
      if (!turn.isClosed) continue;
      this.#turns.delete(itemId);
      chars -= keptChars(turn);
    }
  }
}

interface UserTurn {
  readonly itemId: string;
  readonly turnId: string;
  /** Which turn of its item it is, from 1. */
  readonly number: number;
  /** What was said in earlier turns of the item; its transcripts repeat it. */
  readonly earlierText: string;
  text: string;
  /** The text of the newest commit. */
  committedText: string | undefined;
  isSpeaking: boolean;
  isCommitted: boolean;
  isClosed: boolean;
  /** Its final text was reported. */
  isTranscribed: boolean;
}

/** At the most: the newest commit usually has the very text of the turn. */
function keptChars({ earlierText, text, committedText = '' }: UserTurn): number {
  return earlierText.length + text.length + (committedText === text ? 0 : committedText.length);
}

function isClosable(turn: UserTurn): boolean {
  return turn.isCommitted && !turn.isClosed && !turn.isSpeaking;
}

/** The text may be missing still: then it is reported as soon as it comes. */
function close(turn: UserTurn, draft: CodecDraft): void {
  if (turn.isClosed) return;
  endSpeech(turn, undefined, draft);
  turn.isClosed = true;
  if (turn.isCommitted) draft.events.push({ type: 'input-commit', turnId: turn.turnId });
  if (turn.committedText !== undefined) transcribe(turn, turn.committedText, draft);
}

function transcribe(turn: UserTurn, text: string, draft: CodecDraft): void {
  if (turn.isTranscribed) return;
  turn.isTranscribed = true;
  draft.events.push({ type: 'transcript-end', role: 'user', turnId: turn.turnId, text });
}

function endSpeech(turn: UserTurn, audioEndMs: number | undefined, draft: CodecDraft): void {
  if (!turn.isSpeaking) return;
  turn.isSpeaking = false;
  const { turnId } = turn;
  draft.events.push({ type: 'speech-end', turnId, ...(audioEndMs === undefined ? {} : { audioEndMs }) });
}
