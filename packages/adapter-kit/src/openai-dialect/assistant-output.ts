import type { SessionEvent } from '@speko/adapter';
import { PcmAligner } from '@speko/audio';
import type { CodecDraft } from '../codec-draft.ts';
import { DAMAGED_AUDIO } from '../damaged-audio.ts';
import { RecentMap } from '../recent-map.ts';
import { AssistantTexts } from './assistant-texts.ts';
import { ResponseLedger } from './response-ledger.ts';
import { ResponseNames } from './response-names.ts';
import { SpokenItems } from './spoken-items.ts';

/** Reports of damaged audio in one response; a server that damages all of it is not quoted without end. */
const MAX_DAMAGE_REPORTS = 16;

/** Where a piece of a response belongs, as the vendor says it. */
export interface PiecePlace {
  readonly response_id?: string | undefined;
  readonly item_id?: string | undefined;
  readonly content_index?: number | undefined;
}

/** The model's speech: sound and words of audible responses. */
export class AssistantOutput {
  readonly responses = new ResponseLedger();
  readonly names = new ResponseNames(this.responses);
  readonly items = new SpokenItems();
  readonly #texts = new AssistantTexts();
  readonly #aligner = new PcmAligner();
  /** Where the audio of an item is, by the vendor's id, for the items in which it is not the first part. */
  readonly #audioIndexes = new RecentMap<string, number>();
  readonly #damageCounts = new Map<string, number>();
  #alignedItemId = '';
  /** The place of the last sound: nearly always that of the next one, too. */
  #lastSound: { readonly responseId: string; readonly wireId: string | undefined; readonly itemId: string } | undefined;
  #isLastSure = false;

  /** Some servers never announce a response: it then begins with its first piece. */
  start(responseId: string, { events }: CodecDraft): void {
    if (this.responses.start(responseId)) events.push({ type: 'response-start', responseId });
  }

  /**
   * Whole samples of an item; half of one waits for the next piece of the same item.
   *
   * @param bytes - `undefined` for audio that is damaged, which is reported.
   */
  audio(responseId: string, wireItemId: string | undefined, bytes: Uint8Array | undefined): SessionEvent | undefined {
    if (bytes === undefined) return this.#damaged(responseId);
    if (bytes.byteLength === 0) return undefined;
    const itemId = this.#placeSound(responseId, wireItemId);
    if (itemId !== this.#alignedItemId) {
      this.#alignedItemId = itemId;
      this.#aligner.reset();
    }
    const pcm = this.#aligner.push(bytes);
    return pcm.byteLength === 0 ? undefined : { type: 'audio-delta', responseId, itemId, pcm };
  }

  /** Words of a response as they are said. Those of a muted one count too: they belong to sound that came before. */
  words(responseId: string, place: PiecePlace, delta: string, { events }: CodecDraft): void {
    if (delta === '' || !this.responses.isOpen(responseId)) return;
    const itemId = this.items.ofWords(responseId, place.item_id);
    const added = this.#texts.append(itemId, place.content_index ?? 0, delta);
    events.push({ type: 'transcript-delta', role: 'assistant', turnId: responseId, itemId, delta: added });
  }

  /** A final text of the vendor's; it counts where the pieces said something else, and is the next sentence of others. */
  finalWords(responseId: string, place: PiecePlace, text: string, { events }: CodecDraft): void {
    if (!this.responses.isOpen(responseId)) return;
    const itemId = this.items.ofWords(responseId, place.item_id);
    const settled = this.#texts.settle(itemId, place.content_index ?? 0, text);
    if (settled === undefined) return;
    const head = { role: 'assistant', turnId: responseId, itemId } as const;
    if (settled.type === 'added') events.push({ type: 'transcript-delta', ...head, delta: settled.text });
    else events.push({ type: 'transcript-replace', ...head, text: settled.text });
  }

  /** Notes at which index of its item audio will come. */
  audioPartAdded(wireItemId: string | undefined, contentIndex: number): void {
    if (contentIndex > 0 && wireItemId !== undefined) this.#audioIndexes.set(wireItemId, contentIndex);
  }

  /** The index of the audio within an item of the vendor's; 0 unless the vendor said otherwise. */
  audioIndexOf(wireItemId: string): number {
    return this.#audioIndexes.get(wireItemId) ?? 0;
  }

  /** Returns whether the response was running. Where its audio is stays known: it may be truncated later. */
  end(responseId: string): boolean {
    this.items.ended(responseId);
    this.#damageCounts.delete(responseId);
    if (this.#lastSound?.responseId === responseId) this.#lastSound = undefined;
    if (!this.responses.end(responseId)) return false;
    this.#texts.clear();
    return true;
  }

  #placeSound(responseId: string, wireId: string | undefined): string {
    const last = this.#lastSound;
    const isSame = last?.responseId === responseId && last.wireId === wireId;
    if (isSame && this.#isLastSure) return last.itemId;
    const itemId = this.items.ofSound(responseId, wireId);
    // The second piece under an id tells that it is not an id for each piece.
    this.#isLastSure = isSame;
    this.#lastSound = { responseId, wireId, itemId };
    return itemId;
  }

  #damaged(responseId: string): SessionEvent | undefined {
    const count = this.#damageCounts.get(responseId) ?? 0;
    this.#damageCounts.set(responseId, count + 1);
    return count < MAX_DAMAGE_REPORTS ? DAMAGED_AUDIO : undefined;
  }
}
