const FIRST_BYTES = 32 * 1024;

/**
 * The latest audio of a stream, addressed by its position in the whole stream. Holds at most `maxSamples` and forgets
 * the oldest ones beyond that.
 */
export class AudioTape {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where the kept audio begins in `#bytes`, and where it ends. */
  #from = 0;
  #to = 0;
  /** Position in the stream of the byte at `#to`. */
  #endByte = 0;

  constructor({ maxSamples }: { readonly maxSamples: number }) {
    this.#maxBytes = maxSamples * 2;
  }

  /** Position of the oldest sample kept. */
  get startSample(): number {
    return (this.#endByte - (this.#to - this.#from)) / 2;
  }

  /** Position behind the newest sample. */
  get endSample(): number {
    return this.#endByte / 2;
  }

  append(pcm: Uint8Array): void {
    const kept = pcm.byteLength > this.#maxBytes ? pcm.subarray(pcm.byteLength - this.#maxBytes) : pcm;
    this.#from = Math.max(this.#from, this.#to - (this.#maxBytes - kept.byteLength));
    if (this.#to + kept.byteLength > this.#bytes.byteLength) this.#makeRoom(kept.byteLength);
    this.#bytes.set(kept, this.#to);
    this.#to += kept.byteLength;
    this.#endByte += pcm.byteLength;
  }

  /** A copy of the samples of this range that are still there. */
  read(fromSample: number, toSample: number): Uint8Array {
    const shift = this.#to - this.#endByte;
    const from = Math.max(this.#from, fromSample * 2 + shift);
    const to = Math.min(this.#to, toSample * 2 + shift);
    return this.#bytes.slice(from, Math.max(from, to));
  }

  /** Forgets what lies before this position. */
  dropBefore(sample: number): void {
    this.#from = Math.min(this.#to, Math.max(this.#from, sample * 2 + this.#to - this.#endByte));
    if (this.#from < this.#to || this.#bytes.byteLength === FIRST_BYTES) return;
    this.#bytes = new Uint8Array(FIRST_BYTES);
    this.#from = 0;
    this.#to = 0;
  }

  /** Moves what is kept to the front, into a larger array where it would fill more than half of this one. */
  #makeRoom(byteLength: number): void {
    const length = this.#to - this.#from;
    let capacity = FIRST_BYTES;
    while (capacity < (length + byteLength) * 2) capacity *= 2;
    const bytes = capacity === this.#bytes.byteLength ? this.#bytes : new Uint8Array(capacity);
    bytes.set(this.#bytes.subarray(this.#from, this.#to));
    this.#bytes = bytes;
    this.#from = 0;
    this.#to = length;
  }
}
