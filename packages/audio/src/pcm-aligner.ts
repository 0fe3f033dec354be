const EMPTY = new Uint8Array(0);

/**
 * Joins a byte stream that may be cut in the middle of a sample: an odd trailing byte is carried into the next chunk,
 * so every result holds whole samples. Chunks that already do pass through without a copy.
 */
export class PcmAligner {
  #carried: number | undefined;

  /** Bytes held back until the next chunk: 0 or 1. */
  get pendingBytes(): number {
    return this.#carried === undefined ? 0 : 1;
  }

  /**
   * @param bytes - The next chunk of the stream, of any length.
   * @returns Whole samples, possibly none; shares memory with `bytes` unless a byte was carried in.
   */
  push(bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength === 0) return EMPTY;
    const joined = this.#carried === undefined ? bytes : prepend(this.#carried, bytes);
    const wholeBytes = joined.byteLength - (joined.byteLength % 2);
    this.#carried = joined[wholeBytes];
    return wholeBytes === joined.byteLength ? joined : joined.subarray(0, wholeBytes);
  }

  /** Forgets a carried byte, for the start of another stream. */
  reset(): void {
    this.#carried = undefined;
  }
}

function prepend(first: number, bytes: Uint8Array): Uint8Array {
  const joined = new Uint8Array(bytes.byteLength + 1);
  joined[0] = first;
  joined.set(bytes, 1);
  return joined;
}
