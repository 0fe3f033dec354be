import type { ClientFrame } from '@speko/protocol';

const maxFrames = 1000;
const maxFrameChars = 1_048_576;

/**
 * What the client sent before the provider was ready, in order. Audio is bounded: when it is full the oldest goes,
 * since the newest words are those still worth an answer. Other frames are bounded too, and refused.
 */
export class EarlyInput {
  readonly #maxBytes: number;
  readonly #onOverflow: () => void;
  #frames = 0;
  #frameChars = 0;
  #entries: (Uint8Array | ClientFrame)[] = [];
  #bytes = 0;
  #overflowed = false;

  /** @param onOverflow called once, when the first audio is dropped */
  constructor(maxBytes: number, onOverflow: () => void) {
    this.#maxBytes = maxBytes;
    this.#onOverflow = onOverflow;
  }

  /** @returns false when there is no room for it; `chars` is its length on the wire */
  frame(frame: ClientFrame, chars: number): boolean {
    if (this.#frames >= maxFrames || this.#frameChars + chars > maxFrameChars) return false;
    this.#frames += 1;
    this.#frameChars += chars;
    this.#entries.push(frame);
    return true;
  }

  audio(pcm: Uint8Array): void {
    // A received message is a view into a shared read buffer: keep a copy, not the whole buffer.
    this.#entries.push(Uint8Array.from(pcm));
    this.#bytes += pcm.byteLength;
    while (this.#bytes > this.#maxBytes) this.#dropOldest();
  }

  /** Everything, once. */
  take(): readonly (Uint8Array | ClientFrame)[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#bytes = 0;
    this.#frames = 0;
    this.#frameChars = 0;
    return entries;
  }

  #dropOldest(): void {
    const index = this.#entries.findIndex((entry) => entry instanceof Uint8Array);
    const [dropped] = this.#entries.splice(index, 1);
    if (dropped instanceof Uint8Array) this.#bytes -= dropped.byteLength;
    if (this.#overflowed) return;
    this.#overflowed = true;
    this.#onOverflow();
  }
}
