import type { Clock, Timer } from '../../clock.ts';

export interface KeepAliveOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Most pings that may stay unanswered. */
  readonly maxMissed: number;
  ping(): void;
  /** The peer left `missed` pings unanswered, and sent nothing else either. */
  onSilence(missed: number): void;
}

/** Pings a peer, and notices when it is gone. While its socket is not read its silence is ours, and counts for nothing. */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #timer: Timer | undefined;
  #missed = 0;
  #isSuspended = false;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = this.#options.clock.setTimer(() => this.#beat(), this.#options.intervalMs);
  }

  /** Something came from the peer. */
  sawTraffic(): void {
    this.#missed = 0;
  }

  /** Whether the socket is not read. */
  suspend(isSuspended: boolean): void {
    this.#isSuspended = isSuspended;
    this.#missed = 0;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #beat(): void {
    if (this.#missed >= this.#options.maxMissed) return this.#options.onSilence(this.#missed);
    if (!this.#isSuspended) {
      this.#missed += 1;
      this.#options.ping();
    }
    this.start();
  }
}
