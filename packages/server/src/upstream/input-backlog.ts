const maxMessages = 1000;
const maxMessageChars = 1_048_576;

/**
 * What is meant for a provider that cannot take it yet, in order. Audio is bounded: when it is full the oldest goes,
 * since the newest words are those still worth an answer. Other messages are bounded too, and refused.
 */
export class InputBacklog<Message extends object> {
  readonly #maxBytes: number;
  readonly #onOverflow: () => void;
  #messages = 0;
  #messageChars = 0;
  #entries: (Uint8Array | Message)[] = [];
  #bytes = 0;
  #overflowed = false;

  /** @param onOverflow called once until the backlog is taken, when the first audio is dropped */
  constructor(maxBytes: number, onOverflow: () => void) {
    this.#maxBytes = maxBytes;
    this.#onOverflow = onOverflow;
  }

  /** @returns false when there is no room for it; `chars` is about its size */
  message(message: Message, chars: number): boolean {
    if (this.#messages >= maxMessages || this.#messageChars + chars > maxMessageChars) return false;
    this.#messages += 1;
    this.#messageChars += chars;
    this.#entries.push(message);
    return true;
  }

  audio(pcm: Uint8Array): void {
    // A received message is a view into a shared read buffer: keep a copy, not the whole buffer.
    this.#entries.push(new Uint8Array(pcm));
    this.#bytes += pcm.byteLength;
    while (this.#bytes > this.#maxBytes) this.#dropOldest();
  }

  /** The messages, without the audio between them. */
  get messages(): readonly Message[] {
    return this.#entries.filter((entry): entry is Message => !(entry instanceof Uint8Array));
  }

  /** Everything, once. */
  take(): readonly (Uint8Array | Message)[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#bytes = 0;
    this.#messages = 0;
    this.#messageChars = 0;
    this.#overflowed = false;
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
