import type { ResponseEndEvent, SessionEvent, TokenUsage } from '@speko/adapter';
import { createIdMinter } from '@speko/adapter-kit';
import { PcmAligner } from '@speko/audio';
import { GOOGLE_OUTPUT_RATE_HZ } from './google-dial-plan.ts';

const BYTES_PER_MS = (GOOGLE_OUTPUT_RATE_HZ * 2) / 1000;
/** An interrupted turn ends this much later at the latest, whether the vendor says so or not. */
const INTERRUPTED_GRACE_MS = 500;
/** A turn that is generated ends this much after its playback at the latest. */
const PLAYBACK_GRACE_MS = 2000;
/** A letter or digit of a script that puts spaces between words. */
const BEGINS_WITH_A_SPACED_WORD =
  /^(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])[\p{L}\p{N}]/u;
/** How long after an interruption the vendor has confirmed pieces of the old turn may still come in. */
const STRAGGLER_MS = 1000;

/**
 * The model's side: the vendor names no responses and ends them in whatever order. Every method adds its events to
 * `events`; a response that was interrupted is never heard again.
 */
export class ModelTurns {
  readonly #mintResponseId = createIdMinter('response');
  readonly #mintItemId = createIdMinter('item');
  readonly #aligner = new PcmAligner();
  #open: OpenResponse | undefined;
  #last: { readonly id: string; hasUsage: boolean; wasInterrupted: boolean } | undefined;
  /** Output of a turn that is over for us still comes in. */
  #stale: { isConfirmed: boolean; untilMs: number } | undefined;
  /** We ended the last response before the vendor did. */
  #isEndOwed = false;
  #heldUsage: TokenUsage | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  get wakeAtMs(): number | undefined {
    return this.#open?.endsAtMs;
  }

  /** Whether output that comes now is to be heard. */
  isHeard(nowMs: number): boolean {
    if (this.#open?.isInterrupted === true) return false;
    return this.#stale === undefined || nowMs >= this.#stale.untilMs;
  }

  /** Whether the open response answers what the user said last, so that its end is the end of that turn, too. */
  get answersLastTurn(): boolean {
    return this.#open !== undefined && !this.#open.isInterrupted && !this.#open.isBehind;
  }

  /** Whether the next output belongs to a response of its own. */
  get startsAnew(): boolean {
    return this.#open === undefined || this.#open.isGenerated;
  }

  /** Whether a turn that is over now, of which nothing has been heard, is one that somebody waits for. */
  mayBeginNow(nowMs: number): boolean {
    return this.#open === undefined && !this.#isEndOwed && this.isHeard(nowMs);
  }

  /** Makes sure that a response is open. */
  start(events: SessionEvent[]): OpenResponse {
    if (this.#open !== undefined) return this.#open;
    this.#stale = undefined;
    this.#isEndOwed = false;
    this.#aligner.reset();
    this.#open = {
      id: this.#mintResponseId(),
      itemId: this.#mintItemId(),
      hasText: false,
      needsSpace: false,
      audioBytes: 0,
      firstAudioAtMs: undefined,
      isGenerated: false,
      isInterrupted: false,
      isBehind: false,
      endsAtMs: undefined,
    };
    events.push({ type: 'response-start', responseId: this.#open.id });
    return this.#open;
  }

  audio(events: SessionEvent[], bytes: Uint8Array, nowMs: number): void {
    // After the end of generation more audio is another generation's.
    if (this.#open?.isGenerated === true) this.#end(events, { status: 'completed' });
    const response = this.start(events);
    const pcm = this.#aligner.push(bytes);
    if (pcm.byteLength === 0) return;
    response.firstAudioAtMs ??= nowMs;
    response.audioBytes += pcm.byteLength;
    events.push({ type: 'audio-delta', responseId: response.id, itemId: response.itemId, pcm });
  }

  words(events: SessionEvent[], text: string): void {
    const response = this.start(events);
    const words = response.hasText ? text : text.trimStart();
    if (words === '') return;
    const delta = response.needsSpace && BEGINS_WITH_A_SPACED_WORD.test(words) ? ` ${words}` : words;
    response.needsSpace = false;
    response.hasText = true;
    events.push({ type: 'transcript-delta', role: 'assistant', turnId: response.id, itemId: response.itemId, delta });
  }

  /** An utterance is over; a response may hold several of them. */
  wordsFinished(): void {
    if (this.#open !== undefined) this.#open.needsSpace = this.#open.hasText;
  }

  /** Words may trail the audio even of a turn that was interrupted, unless it is over for us. */
  takesWords(nowMs: number): boolean {
    return this.#open !== undefined || this.isHeard(nowMs);
  }

  generated(nowMs: number): void {
    if (this.#open === undefined) {
      this.#stale = undefined;
      return;
    }
    this.#open.isGenerated = true;
    if (this.#open.isInterrupted) return;
    const playedAtMs = (this.#open.firstAudioAtMs ?? nowMs) + this.#open.audioBytes / BYTES_PER_MS;
    this.#open.endsAtMs = Math.max(nowMs, playedAtMs) + PLAYBACK_GRACE_MS;
  }

  /** The vendor fell silent because of the user, perhaps when everything was generated and some of it still playing. */
  interrupted(events: SessionEvent[], nowMs: number): void {
    if (this.#open === undefined) {
      if (this.#stale !== undefined) this.#confirm(this.#stale, nowMs);
      if (this.#last === undefined || this.#last.wasInterrupted) return;
      this.#last.wasInterrupted = true;
      events.push({ type: 'response-interrupt', responseId: this.#last.id });
      return;
    }
    if (this.#open.isInterrupted) return;
    this.#open.isInterrupted = true;
    this.#open.endsAtMs = nowMs + INTERRUPTED_GRACE_MS;
    this.#stale = { isConfirmed: true, untilMs: nowMs + STRAGGLER_MS };
    events.push({ type: 'response-interrupt', responseId: this.#open.id });
  }

  /** Ends the response for us; the vendor may go on with it unheard. */
  cancel(events: SessionEvent[], responseId: string): boolean {
    if (this.#open?.id !== responseId) return false;
    const wasInterrupted = this.#open.isInterrupted;
    this.#end(events, { status: 'cancelled', reason: 'client_cancelled' });
    this.#isEndOwed = true;
    if (!wasInterrupted) this.#stale = { isConfirmed: false, untilMs: Infinity };
    return true;
  }

  /** The model waits for results: what follows them is another response. */
  callsMade(events: SessionEvent[]): void {
    if (this.#open?.isInterrupted === false) this.#end(events, { status: 'completed' });
  }

  /** The user began another turn: the response that is open does not answer it. */
  userTurnBegan(): void {
    this.userHeard();
    if (this.#open !== undefined) this.#open.isBehind = true;
  }

  /** The vendor listens again: stragglers of a turn that it has ended are none any more. */
  userHeard(): void {
    if (this.#stale?.isConfirmed === true) this.#stale = undefined;
  }

  /** Usage that comes by itself, before or after the end of its turn. */
  usage(events: SessionEvent[], usage: TokenUsage): void {
    if (this.#open === undefined && this.#last !== undefined && !this.#last.hasUsage) {
      this.#last.hasUsage = true;
      events.push({ type: 'usage-report', responseId: this.#last.id, usage });
    } else this.#heldUsage = usage;
  }

  /**
   * The vendor's turn is over.
   *
   * @returns `owed` for the late end of a response that was ended here before.
   */
  turnComplete(events: SessionEvent[], { usage, reason, mayGoOn }: TurnEnd): 'ended' | 'owed' | 'empty' {
    if (!mayGoOn) this.#stale = undefined;
    else if (this.#stale !== undefined) this.#stale.isConfirmed = true;
    if (this.#open === undefined) {
      const wasOwed = this.#isEndOwed;
      this.#isEndOwed = false;
      this.#reportAlone(events, usage);
      return wasOwed ? 'owed' : 'empty';
    }
    const total = usage ?? this.#heldUsage;
    this.#heldUsage = undefined;
    this.#end(events, {
      ...(this.#open.isInterrupted
        ? { status: 'cancelled', reason: 'interrupted' }
        : reason === undefined
          ? { status: 'completed' }
          : { status: 'incomplete', reason }),
      ...(total === undefined ? {} : { usage: total }),
    });
    return 'ended';
  }

  wake(events: SessionEvent[], nowMs: number): void {
    if (this.#open?.endsAtMs === undefined || nowMs < this.#open.endsAtMs) return;
    const { isInterrupted } = this.#open;
    this.#end(events, isInterrupted ? { status: 'cancelled', reason: 'interrupted' } : { status: 'completed' });
    this.#isEndOwed = true;
  }

  close(events: SessionEvent[]): void {
    if (this.#open !== undefined) this.#end(events, { status: 'failed', reason: 'connection_closed' });
    if (this.#heldUsage !== undefined) events.push({ type: 'usage-report', usage: this.#heldUsage });
    this.#heldUsage = undefined;
  }

  #confirm(stale: { isConfirmed: boolean; untilMs: number }, nowMs: number): void {
    stale.isConfirmed = true;
    stale.untilMs = Math.min(stale.untilMs, nowMs + STRAGGLER_MS);
  }

  /** A turn of nothing but usage is billed like any other. */
  #reportAlone(events: SessionEvent[], usage: TokenUsage | undefined): void {
    const total = usage ?? this.#heldUsage;
    this.#heldUsage = undefined;
    if (total === undefined) return;
    const isOfLast = this.#last !== undefined && !this.#last.hasUsage;
    if (isOfLast && this.#last !== undefined) this.#last.hasUsage = true;
    events.push({
      type: 'usage-report',
      ...(isOfLast && this.#last ? { responseId: this.#last.id } : {}),
      usage: total,
    });
  }

  #end(events: SessionEvent[], end: Omit<ResponseEndEvent, 'type' | 'responseId'>): void {
    const response = this.#open;
    if (response === undefined) return;
    this.#open = undefined;
    this.#last = {
      id: response.id,
      hasUsage: end.usage !== undefined,
      wasInterrupted: response.isInterrupted || end.status === 'cancelled',
    };
    events.push({ type: 'response-end', responseId: response.id, ...end });
  }
}

export interface TurnEnd {
  readonly usage: TokenUsage | undefined;
  /** Why it ended early, if it did. */
  readonly reason: string | undefined;
  /** More of the same will follow, each with an end of its own. */
  readonly mayGoOn: boolean;
}

interface OpenResponse {
  readonly id: string;
  readonly itemId: string;
  hasText: boolean;
  /** The last utterance is over, and the next one may come without a space before it. */
  needsSpace: boolean;
  audioBytes: number;
  firstAudioAtMs: number | undefined;
  isGenerated: boolean;
  isInterrupted: boolean;
  /** The user has said something new since it began. */
  isBehind: boolean;
  /** When it is over even if the vendor does not say so. */
  endsAtMs: number | undefined;
}
