import { clampDelay } from '@speko/client-core';

/** Options of {@link SilenceWatch}. */
export interface SilenceWatchOptions {
  /** How long nothing may be heard, in milliseconds; 0 is for ever. */
  readonly timeoutMs: number;
  /** Called once, when nothing was heard for that long. */
  readonly onSilent: () => void;
}

/** Notices that a peer has gone quiet. Has one timer, however much is heard, and none once stopped. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #lastHeardMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** Counts from now. */
  start(): void {
    this.sawTraffic();
    if (this.#options.timeoutMs > 0) this.#wait(this.#options.timeoutMs);
  }

  /** Something came from the peer. */
  sawTraffic(): void {
    this.#lastHeardMs = performance.now();
  }

  /** Stops watching. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(delayMs: number): void {
    this.#timer = setTimeout(() => this.#look(), clampDelay(delayMs));
  }

  #look(): void {
    const leftMs = this.#lastHeardMs + this.#options.timeoutMs - performance.now();
    if (leftMs > 0) this.#wait(leftMs);
    else this.#options.onSilent();
  }
}
