import { LIMITS } from '@speko/protocol';
import { boundText } from './bounded-text.ts';
import { type ItemText, joinTexts } from './heard-text.ts';
import type { GrowingTurn } from './partial-transcripts.ts';
import type { HeardAudio } from './playback-clock.ts';

/** A response has a few items; one that names a new one with each piece is not to make every look at them longer. */
const maxItems = 1000;

/** What one response says, and how far it has come. */
export class AssistantTurn implements GrowingTurn {
  readonly role = 'assistant';
  /** The id on the wire. */
  readonly name: string;
  readonly responseId: string;
  /** Session time of the first audio. */
  startMs: number | undefined;
  /** Between the two `speech` frames. */
  speaking = false;
  state: { type: 'generating' } | { type: 'playing'; cancelled: boolean } | CutState = { type: 'generating' };
  /** By item, in order of appearance. */
  readonly #texts = new Map<string, string>();
  /** Their length in UTF-8, all together. */
  #bytes = 0;

  constructor(name: string, responseId: string) {
    this.name = name;
    this.responseId = responseId;
  }

  /** What does not fit the longest text of a turn is left out. */
  append(itemId: string, delta: string): void {
    const before = this.#texts.get(itemId);
    const roomBytes = LIMITS.turnTextBytes - this.#bytes;
    if (roomBytes <= 0 || delta === '' || (before === undefined && this.#texts.size >= maxItems)) return;
    const added = boundText(delta, roomBytes);
    this.#texts.set(itemId, (before ?? '') + added);
    this.#bytes = added === delta ? this.#bytes + Buffer.byteLength(added) : LIMITS.turnTextBytes;
  }

  replace(itemId: string, text: string): void {
    const before = this.#texts.get(itemId);
    if (before === undefined && this.#texts.size >= maxItems) return;
    this.#bytes -= Buffer.byteLength(before ?? '');
    const bounded = boundText(text, LIMITS.turnTextBytes - this.#bytes);
    this.#texts.set(itemId, bounded);
    this.#bytes += Buffer.byteLength(bounded);
  }

  text(): string {
    return joinTexts([...this.#texts.values()]);
  }

  itemTexts(): readonly ItemText[] {
    return Array.from(this.#texts, ([itemId, text]) => ({ itemId, text }));
  }
}

/** A turn that was cut off. */
export interface CutState {
  readonly type: 'cut';
  /** Its response has not ended yet. */
  generating: boolean;
  readonly heard: readonly HeardAudio[];
  /** Cleared once settled. */
  settleAtMs: number | undefined;
}
