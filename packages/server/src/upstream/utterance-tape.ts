/**
 * The user's audio that the provider may not have understood yet: when its connection breaks, this is said again on
 * the next one. While nobody speaks it keeps a short lead-in only, so that it costs a session little.
 */
export class UtteranceTape {
  readonly #leadInBytes: number;
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #keepsAll: boolean;

  /** @param keepsAll whether everything counts as speech until it is committed, as in manual turns */
  constructor(options: { bytesPerMs: number; leadInMs: number; maxMs: number; keepsAll: boolean }) {
    this.#leadInBytes = options.leadInMs * options.bytesPerMs;
    this.#maxBytes = options.maxMs * options.bytesPerMs;
    this.#keepsAll = options.keepsAll;
  }

  record(pcm: Uint8Array): void {
    // A received message is a view into a shared read buffer: keep a copy, not the whole buffer.
    this.#chunks.push(new Uint8Array(pcm));
    this.#bytes += pcm.byteLength;
    const limit = this.#keepsAll ? this.#maxBytes : this.#leadInBytes;
    let drop = 0;
    while (this.#bytes > limit && drop < this.#chunks.length) this.#bytes -= this.#chunks[drop++]?.byteLength ?? 0;
    if (drop > 0) this.#chunks.splice(0, drop);
  }

  /** The user speaks from here on, lead-in included. */
  speechStarted(): void {
    this.#keepsAll = true;
  }

  /** The provider answers: nothing of the turn needs to be said again. */
  understood(manual: boolean): void {
    this.#keepsAll = manual;
    this.#chunks = [];
    this.#bytes = 0;
  }

  /** What to say again, oldest first. */
  get chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }
}
