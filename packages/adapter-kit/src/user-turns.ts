import type { SessionEvent } from '@speko/adapter';
import { createIdMinter } from './create-id-minter.ts';
import { RecentIds } from './recent-map.ts';

/**
 * The user's turns of one provider session, kept in the order that the contract asks for whatever the vendor sends, and
 * named where the vendor names none: a turn is spoken, committed once, and transcribed once.
 *
 * Each method returns the events to report; none where the vendor's message comes twice or out of place.
 */
export class UserTurns {
  readonly #mint = createIdMinter('turn');
  readonly #transcribed = new RecentIds();
  #turnId: string | undefined;
  #isSpeaking = false;
  #lastTurnId: string | undefined;

  /** The vendor hears the user; opens a turn where none is. */
  speechStart(audioStartMs?: number): SessionEvent[] {
    if (this.#isSpeaking) return [];
    this.#isSpeaking = true;
    const turnId = this.#open();
    return [{ type: 'speech-start', turnId, ...(audioStartMs === undefined ? {} : { audioStartMs }) }];
  }

  /** The vendor hears the user no more; the turn stays open until it is committed. */
  speechEnd(audioEndMs?: number): SessionEvent[] {
    if (!this.#isSpeaking) return [];
    this.#isSpeaking = false;
    return [{ type: 'speech-end', turnId: this.#open(), ...(audioEndMs === undefined ? {} : { audioEndMs }) }];
  }

  /** The turn is closed and part of the conversation. A turn that was never announced begins and ends here. */
  commit(): SessionEvent[] {
    const events = this.speechEnd();
    const turnId = this.#open();
    this.#lastTurnId = turnId;
    this.#turnId = undefined;
    return [...events, { type: 'input-commit', turnId }];
  }

  /** The vendor's guess at the whole text so far: of the turn under way, or else of the one that was committed last. */
  guess(text: string): SessionEvent[] {
    const turnId = this.#turnId ?? this.#lastTurnId ?? this.#open();
    if (this.#transcribed.has(turnId)) return [];
    return [{ type: 'transcript-replace', role: 'user', turnId, text }];
  }

  /**
   * The vendor's whole transcript: of the turn that was committed last, if it has none yet, or else of the one under
   * way. The first one counts.
   */
  transcript(text: string): SessionEvent[] {
    const last = this.#lastTurnId;
    const isLastMeant = last !== undefined && (this.#turnId === undefined || !this.#transcribed.has(last));
    const turnId = isLastMeant ? last : this.#open();
    if (this.#transcribed.has(turnId)) return [];
    this.#transcribed.add(turnId);
    return [{ type: 'transcript-end', role: 'user', turnId, text }];
  }

  /** What was said and not committed is forgotten, as after `audio-clear` and at the end of the connection. */
  drop(): SessionEvent[] {
    const events = this.speechEnd();
    this.#turnId = undefined;
    return events;
  }

  #open(): string {
    this.#turnId ??= this.#mint();
    return this.#turnId;
  }
}
