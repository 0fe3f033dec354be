/** Length of the pieces in which audio is said again, in milliseconds: few messages, and none that a vendor minds. */
const PIECE_MS = 100;

/**
 * The user's audio that the provider may not have answered yet: when its connection is replaced, this is said again on
 * the next one. A ring, written once per chunk: during silence it keeps a short lead-in in a small block, while a
 * turn is open it grows up to its bound, and past that the oldest audio goes. Positions count bytes since the session began.
 */
export class UnansweredAudio {
  readonly #bytesPerMs: number;
  readonly #maxBytes: number;
  #leadInBytes: number;
  #ring: Uint8Array;
  #end = 0;
  #start = 0;
  /** Everything from `#start` on belongs to a turn. */
  #keepsAll: boolean;
  #hasLost = false;

  /** @param keepsAll - whether everything counts as speech until it is forgotten, as in manual turns */
  constructor(options: { bytesPerMs: number; leadInMs: number; maxMs: number; keepsAll: boolean }) {
    this.#bytesPerMs = options.bytesPerMs;
    this.#maxBytes = evenBytes(options.maxMs * options.bytesPerMs);
    this.#leadInBytes = Math.min(evenBytes(options.leadInMs * options.bytesPerMs), this.#maxBytes);
    this.#keepsAll = options.keepsAll;
    this.#ring = new Uint8Array(this.#leadInBytes);
  }

  /** Where the next chunk will begin. */
  get end(): number {
    return this.#end;
  }

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  /** Whether the beginning of what belongs to a turn did not fit. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  record(pcm: Uint8Array): void {
    const limit = this.#keepsAll ? this.#maxBytes : this.#leadInBytes;
    const kept = Math.min(this.#end - this.#start + pcm.byteLength, limit);
    if (kept > this.#ring.byteLength) this.#grow(kept);
    // A received message is a view into a shared read buffer: keep a copy, not the whole buffer.
    const chunk = pcm.byteLength > kept ? pcm.subarray(pcm.byteLength - kept) : pcm;
    this.#end += pcm.byteLength;
    this.#write(chunk, this.#end - chunk.byteLength);
    if (this.#end - kept <= this.#start) return;
    this.#start = this.#end - kept;
    this.#hasLost ||= this.#keepsAll;
  }

  /** The user speaks, the lead-in included. Returns where the turn begins. */
  speechStarted(): number {
    this.#keepsAll = true;
    return Math.max(this.#start, this.#end - this.#leadInBytes);
  }

  /** Nothing before `position` needs to be said again. */
  forgetBefore(position: number): void {
    this.#start = Math.min(Math.max(this.#start, position), this.#end);
    if (this.isEmpty) this.#hasLost = false;
  }

  /** No turn is open: back to a lead-in. */
  rest(): void {
    this.#keepsAll = false;
    this.#hasLost = false;
    this.#start = Math.max(this.#start, this.#end - this.#leadInBytes);
    this.#resize(this.#leadInBytes);
  }

  /** A longer lead-in is needed from now on. */
  lengthenLeadIn(leadInMs: number): void {
    this.#leadInBytes = Math.min(this.#maxBytes, evenBytes(leadInMs * this.#bytesPerMs));
  }

  /** What was recorded between two positions and is kept, in pieces, oldest first. Valid until the next change. */
  *pieces(from = this.#start, to = this.#end): Generator<Uint8Array> {
    let position = Math.max(from, this.#start);
    const pieceBytes = evenBytes(PIECE_MS * this.#bytesPerMs);
    while (position < to) {
      const at = position % this.#ring.byteLength;
      const bytes = Math.min(pieceBytes, to - position, this.#ring.byteLength - at);
      yield this.#ring.subarray(at, at + bytes);
      position += bytes;
    }
  }

  #write(chunk: Uint8Array, position: number): void {
    if (chunk.byteLength === 0) return;
    const at = position % this.#ring.byteLength;
    const room = this.#ring.byteLength - at;
    if (chunk.byteLength <= room) return this.#ring.set(chunk, at);
    this.#ring.set(chunk.subarray(0, room), at);
    this.#ring.set(chunk.subarray(room), 0);
  }

  #grow(bytes: number): void {
    this.#resize(Math.min(this.#maxBytes, Math.max(bytes, 2 * this.#ring.byteLength)));
  }

  #resize(bytes: number): void {
    if (bytes === this.#ring.byteLength) return;
    const kept = [...this.pieces()];
    this.#ring = new Uint8Array(bytes);
    let position = this.#start;
    for (const piece of kept) {
      this.#write(piece, position);
      position += piece.byteLength;
    }
  }
}

/** Whole samples only. */
function evenBytes(bytes: number): number {
  return 2 * Math.floor(bytes / 2);
}
