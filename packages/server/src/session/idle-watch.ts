import type { Clock, Timer } from '../clock.ts';

/**
 * Notices that a client sends nothing. One timer that looks at the latest frame, instead of one that is set anew with
 * every frame.
 */
export class IdleWatch {
  readonly #options: IdleWatchOptions;
  #lastFrameAtMs: number;
  #timer: Timer | undefined;

  constructor(options: IdleWatchOptions) {
    this.#options = options;
    this.#lastFrameAtMs = options.clock.nowMs();
  }

  start(): void {
    if (this.#options.timeoutMs > 0) this.#watch(this.#options.timeoutMs);
  }

  /** The client sent something. */
  frameReceived(nowMs: number): void {
    this.#lastFrameAtMs = nowMs;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #watch(inMs: number): void {
    const { clock, timeoutMs, onIdle } = this.#options;
    this.#timer = clock.setTimer(() => {
      const leftMs = this.#lastFrameAtMs + timeoutMs - clock.nowMs();
      if (leftMs <= 0) onIdle();
      else this.#watch(leftMs);
    }, inMs);
  }
}

export interface IdleWatchOptions {
  readonly clock: Clock;
  /** How long a client may send nothing; 0 switches the limit off. */
  readonly timeoutMs: number;
  readonly onIdle: () => void;
}
