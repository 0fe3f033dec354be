import type { SessionEvent } from '@speko/adapter';
import { PcmAligner } from '@speko/audio';
import { RecentMap } from '../recent-map.ts';
import { AssistantTexts } from './assistant-texts.ts';
import type { CodecDraft } from './codec-output.ts';
import { ResponseLedger } from './response-ledger.ts';

/** Where a piece of a response belongs, as the vendor says it. */
export interface PiecePlace {
  readonly response_id: string;
  readonly item_id: string;
  readonly content_index?: number | undefined;
}

/** What the model says: sound and words of the responses that are to be heard. */
export class AssistantOutput {
  readonly responses = new ResponseLedger();
  readonly #texts = new AssistantTexts();
  readonly #aligner = new PcmAligner();
  /** Where the audio of an item is, for the items in which it is not the first part. */
  readonly #audioIndexes = new RecentMap<string, number>();
  #alignedItemId = '';

  /** Some servers never announce a response: it then begins with its first piece. */
  start(responseId: string, { events }: CodecDraft): void {
    if (this.responses.start(responseId)) events.push({ type: 'response-start', responseId });
  }

  /** Whole samples of an item; half of one waits for the next piece of the same item. */
  audio(responseId: string, itemId: string, bytes: Uint8Array): SessionEvent | undefined {
    if (itemId !== this.#alignedItemId) {
      this.#alignedItemId = itemId;
      this.#aligner.reset();
    }
    const pcm = this.#aligner.push(bytes);
    return pcm.byteLength === 0 ? undefined : { type: 'audio-delta', responseId, itemId, pcm };
  }

  /** Words as they are said; they begin a response that was never announced. */
  words({ response_id: turnId, item_id: itemId, ...place }: PiecePlace, delta: string, draft: CodecDraft): void {
    this.start(turnId, draft);
    if (delta === '' || !this.responses.isHeard(turnId)) return;
    this.#texts.append(itemId, place.content_index ?? 0, delta);
    draft.events.push({ type: 'transcript-delta', role: 'assistant', turnId, itemId, delta });
  }

  /** The vendor's last word on a text; it counts where the pieces said something else. */
  finalWords({ response_id: turnId, item_id: itemId, ...place }: PiecePlace, text: string, draft: CodecDraft): void {
    if (!this.responses.isHeard(turnId)) return;
    const whole = this.#texts.settle(itemId, place.content_index ?? 0, text);
    if (whole === undefined) return;
    draft.events.push({ type: 'transcript-replace', role: 'assistant', turnId, itemId, text: whole });
  }

  /** Notes at which index of its item audio will come. */
  audioPartAdded(itemId: string, contentIndex: number): void {
    if (contentIndex > 0) this.#audioIndexes.set(itemId, contentIndex);
  }

  /** The index of the audio within an item; 0 unless the vendor said otherwise. */
  audioIndexOf(itemId: string): number {
    return this.#audioIndexes.get(itemId) ?? 0;
  }

  /** Returns whether the response was running. Where its audio is stays known: it may be truncated later. */
  end(responseId: string): boolean {
    if (!this.responses.end(responseId)) return false;
    this.#texts.clear();
    return true;
  }
}
