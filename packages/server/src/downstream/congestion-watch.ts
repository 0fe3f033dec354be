import type { Clock, Timer } from '../clock.ts';

export interface CongestionSettings {
  /** Unsent bytes at which the producer is told to stop. */
  readonly highWaterBytes: number;
  /** Unsent bytes at which the client is given up. */
  readonly maxBufferedBytes: number;
  /** How long a congested client may take to catch up, milliseconds. */
  readonly congestionTimeoutMs: number;
}

export interface CongestionHandlers {
  /** The client takes data too slowly: stop producing. */
  congested(): void;
  /** It has caught up. */
  drained(): void;
  /** It did not catch up in time, or its buffer is full. */
  tooSlow(): void;
}

/** Each write that waits costs memory besides its bytes: so many are as bad as the high water. */
const HIGH_WATER_WRITES = 4096;
const MAX_WRITES = 16_384;
/** How often a congested socket is looked at; its own event comes only when it is empty. */
const RELIEF_CHECK_MS = 50;
/** Less than this in the time a client has counts as none. */
const HEADWAY_BYTES = 4096;

/**
 * Watches what waits for a client: too much tells the producer to stop, and far too much, or no headway in time, gives
 * the client up.
 * @see PROTOCOL.md rule EN6
 */
export class CongestionWatch {
  readonly #settings: CongestionSettings;
  readonly #clock: Clock;
  readonly #handlers: CongestionHandlers;
  readonly #waitingBytes: () => number;
  /** Writes since nothing waited. */
  #writes = 0;
  /** By how much single pieces may exceed the bound: their size says nothing of the client. */
  #allowanceBytes = 0;
  #relief: Timer | undefined;

  constructor(waitingBytes: () => number, settings: CongestionSettings, clock: Clock, handlers: CongestionHandlers) {
    this.#waitingBytes = waitingBytes;
    this.#settings = settings;
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /** A piece is about to be written behind what waits. False when the client was given up for it. */
  admit(pieceBytes: number): boolean {
    const waitingBytes = this.#waitingBytes();
    if (waitingBytes === 0) this.#writes = 0;
    this.#writes += 1;
    const { highWaterBytes, maxBufferedBytes } = this.#settings;
    if (waitingBytes > maxBufferedBytes + this.#allowanceBytes || this.#writes > MAX_WRITES) {
      this.#handlers.tooSlow();
      return false;
    }
    if (pieceBytes > highWaterBytes) this.#allowanceBytes += pieceBytes;
    return true;
  }

  /** The piece was written. */
  written(): void {
    if (this.#relief !== undefined) return;
    const waitingBytes = this.#waitingBytes();
    if (waitingBytes < this.#settings.highWaterBytes && this.#writes < HIGH_WATER_WRITES) return;
    this.#handlers.congested();
    this.#awaitRelief(waitingBytes, this.#clock.nowMs() + this.#settings.congestionTimeoutMs);
  }

  stop(): void {
    this.#relief?.cancel();
    this.#relief = undefined;
  }

  /** A client that keeps taking data is slow, not stuck: only one that makes no headway is given up. */
  #awaitRelief(lowestBytes: number, deadlineMs: number): void {
    this.#relief = this.#clock.setTimer(() => {
      const nowMs = this.#clock.nowMs();
      const waitingBytes = this.#waitingBytes();
      if (this.#isRelieved(waitingBytes)) {
        this.#relief = undefined;
        this.#allowanceBytes = 0;
        this.#handlers.drained();
      } else if (waitingBytes <= lowestBytes - HEADWAY_BYTES) {
        this.#awaitRelief(waitingBytes, nowMs + this.#settings.congestionTimeoutMs);
      } else if (nowMs >= deadlineMs) {
        this.#handlers.tooSlow();
      } else {
        this.#awaitRelief(lowestBytes, deadlineMs);
      }
    }, RELIEF_CHECK_MS);
  }

  #isRelieved(waitingBytes: number): boolean {
    if (waitingBytes === 0) return true;
    return waitingBytes <= this.#settings.highWaterBytes / 2 && this.#writes < HIGH_WATER_WRITES;
  }
}
