import { AudioError } from './audio-error.ts';
import { pcmByteLength } from './pcm.ts';

/** Size of the chunks a {@link PcmChunker} cuts. */
export interface PcmChunkerOptions {
  /** Samples per second of the stream. */
  readonly sampleRateHz: number;
  /**
   * Milliseconds per chunk, rounded to whole samples; at least one sample.
   * @defaultValue 20
   */
  readonly chunkMs?: number;
}

/** Regroups mono PCM16 that comes in pieces of any size, odd ones included, into chunks of one fixed size. */
export class PcmChunker {
  /** Bytes of every chunk that {@link PcmChunker.push} returns; even. */
  readonly chunkBytes: number;
  #partial: Uint8Array;
  #partialBytes = 0;

  /** @throws {@link AudioError} `BAD_OPTION` when a chunk would hold no sample */
  constructor({ sampleRateHz, chunkMs = 20 }: PcmChunkerOptions) {
    this.chunkBytes = pcmByteLength(chunkMs, sampleRateHz);
    if (!(this.chunkBytes >= 2 && Number.isFinite(this.chunkBytes))) {
      throw new AudioError(
        'BAD_OPTION',
        `A chunk of ${chunkMs} ms at ${sampleRateHz} Hz holds no sample. Give a positive chunkMs and sampleRateHz.`,
      );
    }
    this.#partial = new Uint8Array(this.chunkBytes);
  }

  /** Bytes held back until a chunk is full. */
  get pendingBytes(): number {
    return this.#partialBytes;
  }

  /**
   * @param bytes - The next piece of the stream, of any length.
   * @returns The chunks now complete, in order, possibly none. A chunk that lies whole within `bytes` shares its memory.
   */
  push(bytes: Uint8Array): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    let at = 0;
    if (this.#partialBytes > 0) {
      at = Math.min(this.chunkBytes - this.#partialBytes, bytes.byteLength);
      this.#keep(bytes.subarray(0, at));
      if (this.#partialBytes < this.chunkBytes) return chunks;
      chunks.push(this.#take());
    }
    for (; at + this.chunkBytes <= bytes.byteLength; at += this.chunkBytes) {
      chunks.push(bytes.subarray(at, at + this.chunkBytes));
    }
    this.#keep(bytes.subarray(at));
    return chunks;
  }

  /**
   * Ends the stream and starts afresh.
   *
   * @returns What was held back: less than one chunk, possibly empty, whole samples only (half a sample is dropped).
   */
  flush(): Uint8Array {
    const wholeBytes = this.#partialBytes - (this.#partialBytes % 2);
    return this.#take().subarray(0, wholeBytes);
  }

  #keep(bytes: Uint8Array): void {
    this.#partial.set(bytes, this.#partialBytes);
    this.#partialBytes += bytes.byteLength;
  }

  /** Hands the buffer out and starts a new one, so that a caller may keep what it got. */
  #take(): Uint8Array {
    const taken = this.#partial;
    this.#partial = new Uint8Array(this.chunkBytes);
    this.#partialBytes = 0;
    return taken;
  }
}
