import type { GoogleClientMessage } from '../google-client-events.ts';
import { idText, type VendorCallId } from './read-function-call.ts';

/** A model that speaks longer than this, or never says that it is done, is told in the middle of it. */
const MAX_HELD_MS = 60_000;
/** Results that wait; the oldest is sent when another comes. */
const MAX_HELD = 64;

/**
 * Results with which the model is to speak (`scheduling: INTERRUPT`), while it is saying something else: told of them
 * now, it would cut itself short.
 */
export class HeldResults {
  #held: HeldResult[] = [];

  /** Takes a result. Returns what has to go at once. */
  hold(id: VendorCallId | undefined, message: GoogleClientMessage, nowMs: number): GoogleClientMessage[] {
    this.#held.push({ id, message, untilMs: nowMs + MAX_HELD_MS });
    return this.#held.length > MAX_HELD ? this.#held.splice(0, 1).map((held) => held.message) : [];
  }

  /** The vendor takes back the call: it would refuse the result. */
  drop(id: VendorCallId): void {
    this.#held = this.#held.filter((held) => held.id === undefined || idText(held.id) !== idText(id));
  }

  /** Messages that may go now. */
  take(isSpeaking: boolean, nowMs: number): GoogleClientMessage[] {
    if (this.#held.length === 0) return [];
    const due = this.#held.filter(({ untilMs }) => !isSpeaking || untilMs <= nowMs);
    this.#held = this.#held.filter((held) => !due.includes(held));
    return due.map(({ message }) => message);
  }

  /** When the longest wait is over. */
  get untilMs(): number | undefined {
    return this.#held[0]?.untilMs;
  }

  clear(): void {
    this.#held = [];
  }
}

interface HeldResult {
  readonly id: VendorCallId | undefined;
  readonly message: GoogleClientMessage;
  readonly untilMs: number;
}
