import type { ResponseEndEvent } from '@speko/adapter';
import { LIMITS } from '@speko/protocol';
import { boundJsonText, boundText, jsonBytes } from './bounded-text.ts';
import type { HeardAudio } from './delivered-audio-clock.ts';
import { heardText, joinTexts } from './heard-text.ts';
import type { GrowingTurn } from './partial-transcripts.ts';

/** A response has a few items; one that names a new one with each piece is not to make every look at them longer. */
const MAX_ITEMS = 1000;
/** A vendor's word for why it broke an answer off, bytes of UTF-8. */
const MAX_REASON_BYTES = 128;

/** Content and progress of one response. */
export class AssistantTurn implements GrowingTurn {
  readonly role = 'assistant';
  /** The id on the wire. */
  readonly name: string;
  readonly responseId: string;
  /** Session time of the first audio. */
  startMs: number | undefined;
  /** Between the two `speech` frames. */
  isSpeaking = false;
  /** The client reported all audio so far as played. */
  isReportedPlayed = false;
  /** Why the provider broke the response off, if it did. */
  incomplete: string | undefined;
  state: { type: 'generating' } | { type: 'playing'; cancelled: boolean } | CutState = { type: 'generating' };
  /** By item, in order of appearance. */
  readonly #texts = new Map<string, string>();
  /** Their length where they stand in JSON, all together. */
  #bytes = 0;

  constructor(name: string, responseId: string) {
    this.name = name;
    this.responseId = responseId;
  }

  /** Takes note of how the response ended. */
  ended(outcome: ResponseOutcome): void {
    this.incomplete = brokenOffReason(outcome);
  }

  /** Text beyond a turn's limit is left out. */
  append(itemId: string, delta: string): void {
    const before = this.#texts.get(itemId);
    const roomBytes = LIMITS.turnTextBytes - this.#bytes;
    if (roomBytes <= 0 || delta === '' || (before === undefined && this.#texts.size >= MAX_ITEMS)) return;
    const added = boundJsonText(delta, roomBytes);
    this.#texts.set(itemId, (before ?? '') + added);
    this.#bytes = added === delta ? this.#bytes + jsonBytes(added) : LIMITS.turnTextBytes;
  }

  replace(itemId: string, text: string): void {
    const before = this.#texts.get(itemId);
    if (before === undefined && this.#texts.size >= MAX_ITEMS) return;
    this.#bytes -= jsonBytes(before ?? '');
    const bounded = boundJsonText(text, LIMITS.turnTextBytes - this.#bytes);
    this.#texts.set(itemId, bounded);
    this.#bytes += jsonBytes(bounded);
  }

  text(): string {
    return joinTexts([...this.#texts.values()]);
  }

  /** What was heard of it: all of it where all audio was heard, or where none says which part. */
  textHeard(heard: readonly HeardAudio[]): string {
    if (heard.every((item) => item.heardMs >= item.totalMs)) return this.text();
    return heardText(
      Array.from(this.#texts, ([itemId, text]) => ({ itemId, text })),
      heard,
    );
  }
}

/** Why the provider broke a response off; `undefined` for one that ended otherwise. */
export function brokenOffReason({ status, reason = '' }: ResponseOutcome): string | undefined {
  if (status !== 'incomplete') return undefined;
  const word = boundText(reason.trim(), MAX_REASON_BYTES).toWellFormed();
  return word === '' ? 'unknown' : word;
}

/** How a response ended, of which a turn cares. */
export type ResponseOutcome = Pick<ResponseEndEvent, 'status' | 'reason'>;

/** A turn that was cut off. */
export class CutState {
  readonly type = 'cut';
  /** All that was delivered had been played: it is interrupted only if more was to come. */
  readonly wasPlayed: boolean;
  /** Its response has not ended yet. */
  isGenerating: boolean;
  /** Delivered audio, and how much of it was heard. */
  heard: readonly HeardAudio[];
  /** Until when the client may say better what was heard; cleared once that counts. */
  settleAtMs: number | undefined;
  /** Until when its text may still come; cleared once the final is sent. */
  finalAtMs: number | undefined;
  /** Audio that came after the cut, milliseconds by item. */
  readonly #leftOutMs = new Map<string, number>();
  #wasCancelled = false;

  constructor(
    init: Pick<CutState, 'wasPlayed' | 'isGenerating' | 'heard'> & { settleAtMs: number; finalAtMs: number },
  ) {
    this.wasPlayed = init.wasPlayed;
    this.isGenerating = init.isGenerating;
    this.heard = init.heard;
    this.settleAtMs = init.settleAtMs;
    this.finalAtMs = init.finalAtMs;
  }

  leftOut(itemId: string, durationMs: number): void {
    if (this.finalAtMs === undefined || (this.#leftOutMs.size >= MAX_ITEMS && !this.#leftOutMs.has(itemId))) return;
    this.#leftOutMs.set(itemId, (this.#leftOutMs.get(itemId) ?? 0) + durationMs);
  }

  ended({ status }: ResponseOutcome): void {
    this.isGenerating = false;
    this.#wasCancelled = status === 'cancelled';
  }

  /** Whether text that belongs to what was heard may still come. */
  get awaitsText(): boolean {
    return this.isGenerating && this.heard.some((item) => item.heardMs > 0);
  }

  /** Whether the listener missed something. */
  get isInterrupted(): boolean {
    return !this.wasPlayed || this.isGenerating || this.#wasCancelled || this.#leftOutMs.size > 0;
  }

  /** The part of what the provider generated that was heard: its texts are about all of that. */
  get heardOfAll(): readonly HeardAudio[] {
    if (this.#leftOutMs.size === 0) return this.heard;
    const delivered = this.heard.map((item) => ({
      ...item,
      totalMs: item.totalMs + (this.#leftOutMs.get(item.itemId) ?? 0),
    }));
    const known = new Set(delivered.map(({ itemId }) => itemId));
    const unheard = [...this.#leftOutMs].filter(([itemId]) => !known.has(itemId));
    return [...delivered, ...unheard.map(([itemId, totalMs]) => ({ itemId, heardMs: 0, totalMs }))];
  }
}
