import type { SessionEvent } from '@speko/adapter';
import type { Clock, Timer } from '../../clock.ts';

export interface AnswerWatchOptions {
  readonly clock: Clock;
  /** Longest tolerated silence, in milliseconds. */
  readonly timeoutMs: number;
  /** Bytes of PCM16 per millisecond at the provider's output rate. */
  readonly bytesPerMs: number;
  /** Whether something should be coming. */
  readonly isSuspicious: () => boolean;
  readonly onSilence: () => void;
}

/**
 * Notices that a provider which should be talking has sent nothing for a while. An answer is generated faster than it
 * plays, and some vendors end it only when it has been played: silence begins with the end of its audio. One timer that
 * looks back, instead of one that is set anew with every piece of audio.
 */
export class AnswerWatch {
  readonly #options: AnswerWatchOptions;
  #timer: Timer | undefined;
  #quietSinceMs = 0;
  #isSuspended = false;
  /** When all audio so far will have been played. */
  #playedAtMs = 0;

  constructor(options: AnswerWatchOptions) {
    this.#options = options;
  }

  /** The provider shows a sign of life. */
  sawTraffic(event: SessionEvent): void {
    const nowMs = this.#options.clock.nowMs();
    if (event.type === 'audio-delta')
      this.#playedAtMs = Math.max(this.#playedAtMs, nowMs) + event.pcm.byteLength / this.#options.bytesPerMs;
    else if (event.type === 'response-interrupt') this.#playedAtMs = nowMs;
    this.#quietSinceMs = Math.max(nowMs, this.#playedAtMs);
    this.#watch(nowMs);
  }

  /** The provider was asked something. */
  asked(): void {
    const nowMs = this.#options.clock.nowMs();
    this.#quietSinceMs = Math.max(nowMs, this.#quietSinceMs);
    this.#watch(nowMs);
  }

  /** Whether the provider is not read: its silence is ours then, and begins anew with the first look at it. */
  suspend(isSuspended: boolean): void {
    this.#isSuspended = isSuspended;
    const nowMs = this.#options.clock.nowMs();
    this.#quietSinceMs = Math.max(nowMs, this.#quietSinceMs);
    if (!isSuspended) return this.#watch(nowMs);
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#playedAtMs = 0;
    this.#quietSinceMs = 0;
  }

  #watch(nowMs: number): void {
    if (this.#isSuspended || this.#timer !== undefined || !this.#options.isSuspicious()) return;
    this.#timer = this.#options.clock.setTimer(
      () => this.#look(),
      this.#quietSinceMs + this.#options.timeoutMs - nowMs,
    );
  }

  #look(): void {
    this.#timer = undefined;
    const nowMs = this.#options.clock.nowMs();
    if (nowMs < this.#quietSinceMs + this.#options.timeoutMs) return this.#watch(nowMs);
    if (this.#options.isSuspicious()) this.#options.onSilence();
  }
}
