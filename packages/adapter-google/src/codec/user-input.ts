import { pcmByteLength } from '@speko/audio';
import { GOOGLE_INPUT_RATE_HZ } from '../google-dial-plan.ts';
import type { ModelProfile } from '../model-profiles.ts';
import { audioFrame, jsonFrame } from './client-frames.ts';
import { HeldAudio } from './held-audio.ts';
import { TurnForcer } from './turn-forcer.ts';

/** Less audio than this is no turn. */
const MIN_COMMIT_BYTES = pcmByteLength(100, GOOGLE_INPUT_RATE_HZ);

/** Outcome of a commit. */
export interface CommitResult {
  readonly frames: readonly string[];
  /** A turn ended by hand is on its way; with the vendor's detection only the vendor knows. */
  readonly isTurn: boolean;
  /** The beginning of a turn that was too long was not kept. */
  readonly hasLost: boolean;
}

const NO_TURN: CommitResult = { frames: [], isTurn: false, hasLost: false };

/** The user's input on its way to the vendor: sent at once or held back, and how its turn ends. */
export class UserInput {
  readonly #isManual: boolean;
  readonly #forcer: TurnForcer;
  readonly #held = new HeldAudio();
  /** The activity window was opened to stop the model, and stays open for the next turn. */
  #isWindowOpen = false;
  /** Audio sent since the last turn of the user. */
  #sentBytes = 0;

  constructor(options: {
    readonly profile: ModelProfile;
    readonly isManual: boolean;
    readonly silenceDurationMs: number;
  }) {
    this.#isManual = options.isManual;
    this.#forcer = new TurnForcer(options.profile, options.silenceDurationMs);
  }

  get wakeAtMs(): number | undefined {
    return this.#forcer.wakeAtMs;
  }

  wake(nowMs: number): readonly string[] {
    return this.#forcer.wake(nowMs);
  }

  /** `mustWait`: the model takes no input now, and what is said would be answered out of place later. */
  append(pcm: Uint8Array, mustWait: boolean): readonly string[] {
    if (this.#isManual) {
      this.#held.push(pcm);
      return [];
    }
    if (mustWait) return [];
    this.#sentBytes += pcm.byteLength;
    const frame = audioFrame(pcm);
    return this.#forcer.isActive ? this.#forcer.hold(frame) : [frame];
  }

  /** Whether a commit would be one. */
  get hasTurn(): boolean {
    return this.#isManual ? this.#held.isTurn : this.#sentBytes >= MIN_COMMIT_BYTES;
  }

  commit(nowMs: number): CommitResult {
    if (!this.hasTurn) return NO_TURN;
    if (!this.#isManual) {
      this.#sentBytes = 0;
      return { ...NO_TURN, frames: this.#forcer.begin(nowMs) };
    }
    const { frames, hasLost } = this.#held.take();
    const start = this.openWindow();
    return { frames: [...start, ...frames, ...this.closeWindow()], isTurn: true, hasLost };
  }

  /** Drops what was held back. */
  clear(): void {
    this.#held.clear();
  }

  /** Announces activity by hand, which stops the model. */
  openWindow(): readonly string[] {
    if (this.#isWindowOpen) return [];
    this.#isWindowOpen = true;
    return [jsonFrame({ realtimeInput: { activityStart: {} } })];
  }

  closeWindow(): readonly string[] {
    if (!this.#isWindowOpen) return [];
    this.#isWindowOpen = false;
    return [jsonFrame({ realtimeInput: { activityEnd: {} } })];
  }

  /** The vendor found the end of the turn. Returns what was held back for after it. */
  turnEnded(): readonly string[] {
    return this.#forcer.stop();
  }

  /** The vendor answers: what was sent so far has been heard. */
  answered(): readonly string[] {
    this.#sentBytes = 0;
    return this.#forcer.stop();
  }
}
