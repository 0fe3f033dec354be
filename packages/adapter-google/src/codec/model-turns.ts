import type { ResponseEndEvent, TokenUsage } from '@speko/adapter';
import { createIdMinter, type CodecDraft } from '@speko/adapter-kit';
import { PcmAligner } from '@speko/audio';
import { GOOGLE_OUTPUT_RATE_HZ } from '../google-dial-plan.ts';

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
 * the draft; a response that was interrupted is never heard again.
 */
export class ModelTurns {
  readonly #mintResponseId = createIdMinter('response');
  readonly #mintItemId = createIdMinter('item');
  readonly #aligner = new PcmAligner();
  #open: OpenResponse | undefined;
  #last: { readonly id: string; hasUsage: boolean; wasInterrupted: boolean } | undefined;
  /** Output of a turn that is over for us still comes in. */
  #mutedTail: { isConfirmed: boolean; untilMs: number } | undefined;
  /** We ended the last response before the vendor did. */
  #awaitsLateEnd = false;
  #heldUsage: TokenUsage | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  get wakeAtMs(): number | undefined {
    return this.#open?.endsAtMs;
  }

  /** Whether output that comes now is to be heard. */
  isAudible(nowMs: number): boolean {
    if (this.#open?.isInterrupted === true) return false;
    return this.#mutedTail === undefined || nowMs >= this.#mutedTail.untilMs;
  }

  /** Whether the open response answers what the user said last, so that its end is the end of that turn, too. */
  get answersLastTurn(): boolean {
    return this.#open !== undefined && !this.#open.isInterrupted && !this.#open.answersEarlierTurn;
  }

  /** Whether the next output begins a new response. */
  get startsAnew(): boolean {
    return this.#open === undefined || this.#open.isGenerated;
  }

  /** Whether a turn that is over now, of which nothing has been heard, is one that somebody waits for. */
  mayBeginNow(nowMs: number): boolean {
    return this.#open === undefined && !this.#awaitsLateEnd && this.isAudible(nowMs);
  }

  /** Makes sure that a response is open. */
  start(draft: CodecDraft): OpenResponse {
    if (this.#open !== undefined) return this.#open;
    this.#mutedTail = undefined;
    this.#awaitsLateEnd = false;
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
      answersEarlierTurn: false,
      endsAtMs: undefined,
    };
    draft.events.push({ type: 'response-start', responseId: this.#open.id });
    return this.#open;
  }

  audio(bytes: Uint8Array, draft: CodecDraft, nowMs: number): void {
    // After the end of generation more audio is another generation's.
    if (this.#open?.isGenerated === true) this.#end({ status: 'completed' }, draft);
    const response = this.start(draft);
    const pcm = this.#aligner.push(bytes);
    if (pcm.byteLength === 0) return;
    response.firstAudioAtMs ??= nowMs;
    response.audioBytes += pcm.byteLength;
    draft.events.push({ type: 'audio-delta', responseId: response.id, itemId: response.itemId, pcm });
  }

  words(text: string, draft: CodecDraft): void {
    const response = this.start(draft);
    const words = response.hasText ? text : text.trimStart();
    if (words === '') return;
    const delta = response.needsSpace && BEGINS_WITH_A_SPACED_WORD.test(words) ? ` ${words}` : words;
    response.needsSpace = false;
    response.hasText = true;
    draft.events.push({
      type: 'transcript-delta',
      role: 'assistant',
      turnId: response.id,
      itemId: response.itemId,
      delta,
    });
  }

  /** An utterance is over; a response may hold several of them. */
  wordsFinished(): void {
    if (this.#open !== undefined) this.#open.needsSpace = this.#open.hasText;
  }

  /** Words may trail the audio even of a turn that was interrupted, unless it is over for us. */
  takesWords(nowMs: number): boolean {
    return this.#open !== undefined || this.isAudible(nowMs);
  }

  generated(nowMs: number): void {
    if (this.#open === undefined) {
      this.#mutedTail = undefined;
      return;
    }
    this.#open.isGenerated = true;
    if (this.#open.isInterrupted) return;
    const playedAtMs = (this.#open.firstAudioAtMs ?? nowMs) + this.#open.audioBytes / BYTES_PER_MS;
    this.#open.endsAtMs = Math.max(nowMs, playedAtMs) + PLAYBACK_GRACE_MS;
  }

  /** The vendor fell silent because of the user, perhaps when everything was generated and some of it still playing. */
  interrupted(draft: CodecDraft, nowMs: number): void {
    if (this.#open === undefined) {
      if (this.#mutedTail !== undefined) this.#confirm(this.#mutedTail, nowMs);
      if (this.#last === undefined || this.#last.wasInterrupted) return;
      this.#last.wasInterrupted = true;
      draft.events.push({ type: 'response-interrupt', responseId: this.#last.id });
      return;
    }
    if (this.#open.isInterrupted) return;
    this.#open.isInterrupted = true;
    this.#open.endsAtMs = nowMs + INTERRUPTED_GRACE_MS;
    this.#mutedTail = { isConfirmed: true, untilMs: nowMs + STRAGGLER_MS };
    draft.events.push({ type: 'response-interrupt', responseId: this.#open.id });
  }

  /** Ends the response for us; the vendor may go on with it unheard. */
  cancel(responseId: string, draft: CodecDraft): boolean {
    if (this.#open?.id !== responseId) return false;
    const wasInterrupted = this.#open.isInterrupted;
    this.#end({ status: 'cancelled', reason: 'client_cancelled' }, draft);
    this.#awaitsLateEnd = true;
    if (!wasInterrupted) this.#mutedTail = { isConfirmed: false, untilMs: Infinity };
    return true;
  }

  /** The model waits for results: what follows them is another response. */
  callsMade(draft: CodecDraft): void {
    if (this.#open?.isInterrupted === false) this.#end({ status: 'completed' }, draft);
  }

  /** The user began another turn: the response that is open does not answer it. */
  userTurnBegan(): void {
    this.vendorListens();
    if (this.#open !== undefined) this.#open.answersEarlierTurn = true;
  }

  /** The vendor listens again: late output of an ended turn no longer arrives after this. */
  vendorListens(): void {
    if (this.#mutedTail?.isConfirmed === true) this.#mutedTail = undefined;
  }

  /** Usage that comes by itself, before or after the end of its turn. */
  usage(usage: TokenUsage, draft: CodecDraft): void {
    if (this.#open === undefined && this.#last !== undefined && !this.#last.hasUsage) {
      this.#last.hasUsage = true;
      draft.events.push({ type: 'usage-report', responseId: this.#last.id, usage });
    } else this.#heldUsage = usage;
  }

  /**
   * The vendor's turn is over.
   *
   * @returns `late` for the late end of a response that was ended here before.
   */
  turnComplete({ usage, reason, mayGoOn }: TurnEnd, draft: CodecDraft): 'ended' | 'late' | 'empty' {
    if (!mayGoOn) this.#mutedTail = undefined;
    else if (this.#mutedTail !== undefined) this.#mutedTail.isConfirmed = true;
    if (this.#open === undefined) {
      const wasAwaited = this.#awaitsLateEnd;
      this.#awaitsLateEnd = false;
      this.#reportAlone(usage, draft);
      return wasAwaited ? 'late' : 'empty';
    }
    const total = usage ?? this.#heldUsage;
    this.#heldUsage = undefined;
    this.#end(
      {
        ...(this.#open.isInterrupted
          ? { status: 'cancelled', reason: 'interrupted' }
          : reason === undefined
            ? { status: 'completed' }
            : { status: 'incomplete', reason }),
        ...(total === undefined ? {} : { usage: total }),
      },
      draft,
    );
    return 'ended';
  }

  wake(draft: CodecDraft, nowMs: number): void {
    if (this.#open?.endsAtMs === undefined || nowMs < this.#open.endsAtMs) return;
    const { isInterrupted } = this.#open;
    this.#end(isInterrupted ? { status: 'cancelled', reason: 'interrupted' } : { status: 'completed' }, draft);
    this.#awaitsLateEnd = true;
  }

  close(draft: CodecDraft): void {
    if (this.#open !== undefined) this.#end({ status: 'failed', reason: 'connection_closed' }, draft);
    if (this.#heldUsage !== undefined) draft.events.push({ type: 'usage-report', usage: this.#heldUsage });
    this.#heldUsage = undefined;
  }

  #confirm(stale: { isConfirmed: boolean; untilMs: number }, nowMs: number): void {
    stale.isConfirmed = true;
    stale.untilMs = Math.min(stale.untilMs, nowMs + STRAGGLER_MS);
  }

  /** A turn of nothing but usage is billed like any other. */
  #reportAlone(usage: TokenUsage | undefined, draft: CodecDraft): void {
    const total = usage ?? this.#heldUsage;
    this.#heldUsage = undefined;
    if (total === undefined) return;
    const isOfLast = this.#last !== undefined && !this.#last.hasUsage;
    if (isOfLast && this.#last !== undefined) this.#last.hasUsage = true;
    draft.events.push({
      type: 'usage-report',
      ...(isOfLast && this.#last ? { responseId: this.#last.id } : {}),
      usage: total,
    });
  }

  #end(end: Omit<ResponseEndEvent, 'type' | 'responseId'>, draft: CodecDraft): void {
    const response = this.#open;
    if (response === undefined) return;
    this.#open = undefined;
    this.#last = {
      id: response.id,
      hasUsage: end.usage !== undefined,
      wasInterrupted: response.isInterrupted || end.status === 'cancelled',
    };
    draft.events.push({ type: 'response-end', responseId: response.id, ...end });
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
  answersEarlierTurn: boolean;
  /** When it is over even if the vendor does not say so. */
  endsAtMs: number | undefined;
}
