/** Shorter pieces of audio than this are merged: 10 ms at 24 kHz. */
const SMALL_BYTES = 480;
/** 100 ms at 24 kHz. */
const BLOCK_BYTES = 4800;

/**
 * Merges small pieces of audio that arrive in one go, such as those of a page that was frozen: each would cost a frame of its
 * own on the way to the provider. What arrives alone goes on in the same turn of the event loop, so that nothing waits.
 */
export class SmallChunks {
  readonly #deliver: (pcm: Buffer) => void;
  /** The first piece by itself, as long as no other follows it. */
  #first: Buffer | undefined;
  #block: Buffer | undefined;
  #end = 0;
  #isScheduled = false;

  constructor(deliver: (pcm: Buffer) => void) {
    this.#deliver = deliver;
  }

  add(pcm: Buffer): void {
    if (pcm.byteLength >= SMALL_BYTES) {
      this.flush();
      return this.#deliver(pcm);
    }
    if (this.#first !== undefined) this.#append(pcm);
    else this.#first = pcm;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Something else comes next, which the audio before it must not follow. */
  flush(): void {
    const pcm = this.#block?.subarray(0, this.#end) ?? this.#first;
    this.clear();
    if (pcm !== undefined) this.#deliver(pcm);
  }

  /** Undelivered audio is dropped. */
  clear(): void {
    this.#first = undefined;
    this.#block = undefined;
    this.#end = 0;
  }

  #append(pcm: Buffer): void {
    if (this.#block !== undefined && this.#end + pcm.byteLength > BLOCK_BYTES) {
      this.flush();
      this.#first = pcm;
      return;
    }
    if (this.#block === undefined) {
      this.#block = Buffer.allocUnsafe(BLOCK_BYTES);
      this.#end = this.#first?.copy(this.#block) ?? 0;
    }
    this.#end += pcm.copy(this.#block, this.#end);
  }
}
