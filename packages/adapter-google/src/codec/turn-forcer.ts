import { silence } from '@speko/audio';
import { GOOGLE_INPUT_RATE_HZ } from '../google-dial-plan.ts';
import type { ModelProfile } from '../model-profiles.ts';
import { audioFrame, jsonFrame } from './client-frames.ts';

const STEP_MS = 100;
/** Beyond the silence the detector asks for. */
const EXTRA_SILENCE_MS = 700;
/** How long the end of the stream may go unnoticed before silence is tried. */
const STREAM_END_PATIENCE_MS = 1000;
/** What the user says meanwhile is kept; past either of these it is sent at once rather than lost. */
const MAX_HELD_FRAMES = 1000;
/** As base64: about 48 s of audio. */
const MAX_HELD_CHARS = 2 * 1024 * 1024;

const SILENCE = audioFrame(silence(STEP_MS, GOOGLE_INPUT_RATE_HZ));

/**
 * Ends the user's turn on demand although the vendor's detector decides: it is given what it waits for, an end of the
 * stream or silence at the pace of speech. What the user says meanwhile is held back, since it would undo that.
 */
export class TurnForcer {
  readonly #endsTurnBy: ModelProfile['endsTurnBy'];
  readonly #silenceMs: number;
  #held: string[] = [];
  #heldChars = 0;
  #leftMs = 0;
  #nextAtMs: number | undefined;

  constructor({ endsTurnBy }: ModelProfile, silenceDurationMs: number) {
    this.#endsTurnBy = endsTurnBy;
    this.#silenceMs = silenceDurationMs + EXTRA_SILENCE_MS;
  }

  get isActive(): boolean {
    return this.#nextAtMs !== undefined;
  }

  get wakeAtMs(): number | undefined {
    return this.#nextAtMs;
  }

  begin(nowMs: number): string[] {
    if (this.isActive) return [];
    this.#leftMs = this.#silenceMs;
    if (this.#endsTurnBy === 'silence') return this.#step(nowMs);
    this.#nextAtMs = nowMs + STREAM_END_PATIENCE_MS;
    return [jsonFrame({ realtimeInput: { audioStreamEnd: true } })];
  }

  /** Keeps a frame of the user for later. Returns what has to be sent after all. */
  hold(frame: string): string[] {
    this.#held.push(frame);
    this.#heldChars += frame.length;
    return this.#held.length > MAX_HELD_FRAMES || this.#heldChars > MAX_HELD_CHARS ? this.stop() : [];
  }

  wake(nowMs: number): string[] {
    if (this.#nextAtMs === undefined || nowMs < this.#nextAtMs) return [];
    return this.#leftMs > 0 ? this.#step(nowMs) : this.stop();
  }

  /** The vendor ended the turn, or no longer will. Returns the frames held back. */
  stop(): string[] {
    this.#nextAtMs = undefined;
    const held = this.#held;
    this.#held = [];
    this.#heldChars = 0;
    return held;
  }

  #step(nowMs: number): string[] {
    this.#leftMs -= STEP_MS;
    this.#nextAtMs = nowMs + STEP_MS;
    return [SILENCE];
  }
}
