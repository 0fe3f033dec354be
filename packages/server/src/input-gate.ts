import type { Clock, Timer } from './clock.ts';
import { Fifo } from './fifo.ts';

const MAX_MESSAGES = 1000;
/** All text that a client may send at once, the largest message twice over. */
const MAX_MESSAGE_CHARS = 4_194_304;
/** Small chunks are kept in blocks of this size, 100 ms at 24 kHz: a vendor gets a few messages instead of thousands. */
const BLOCK_BYTES = 4800;
const FIRST_BLOCK_BYTES = 512;
/** Most that is sent on in one go, before other sessions get their turn. */
const SLICE_ENTRIES = 32;
const SLICE_BYTES = 65_536;

/**
 * What is meant for a provider that cannot take it yet: held while the gate is shut, in order, and sent on in slices
 * once it opens; what comes meanwhile queues behind it. Audio is bounded: when there is too much the oldest goes, since
 * the newest words are those still worth an answer. Other messages are bounded too, and refused. Every step is O(1).
 */
export class InputGate<Message extends object> {
  readonly #options: InputGateOptions<Message>;
  readonly #maxAudioBytes: number;
  /** Two queues and a common count, so that audio can be dropped from between messages. */
  readonly #blocks = new Fifo<Block>();
  readonly #messages = new Fifo<HeldMessage<Message>>();
  #entries = 0;
  /** The newest entry, while it is a block that has room. */
  #growing: Block | undefined;
  #audioBytes = 0;
  #messageChars = 0;
  #isOpen = false;
  #isClosed = false;
  #isSending = false;
  #hasOverflowed = false;
  #timer: Timer | undefined;

  constructor(options: InputGateOptions<Message>) {
    this.#options = options;
    this.#maxAudioBytes = 2 * Math.floor(options.maxAudioBytes / 2);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether nothing is held. */
  get isEmpty(): boolean {
    return this.#blocks.length === 0 && this.#messages.length === 0;
  }

  /** The messages that are held, oldest first, without the audio between them. */
  get messages(): readonly Message[] {
    return this.#messages.toArray().map(({ message }) => message);
  }

  /** Goes straight through an open gate that holds nothing, uncopied; is held otherwise. */
  audio(pcm: Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#isOpen && this.isEmpty) return this.#options.onAudio(pcm);
    this.#hold(pcm);
    // What comes while the rest is sent on is as much as a client may send at once, and is on its way itself.
    if (!this.#isOpen && this.#audioBytes > this.#maxAudioBytes) this.#dropOldest();
  }

  /** As `audio`. `chars`: about its size. @returns false when there is no room for it */
  message(message: Message, chars: number): boolean {
    if (this.#isClosed) return true;
    if (this.#isOpen && this.isEmpty) {
      this.#options.onMessage(message);
      return true;
    }
    if (this.#messages.length >= MAX_MESSAGES || this.#messageChars + chars > MAX_MESSAGE_CHARS) return false;
    this.#messageChars += chars;
    this.#messages.push({ message, chars, order: this.#nextOrder() });
    return true;
  }

  /** Sends on what is held, the first slice of it before this returns. */
  open(): void {
    if (this.#isOpen || this.#isClosed) return;
    this.#isOpen = true;
    if (!this.#isSending) this.#sendSlice();
  }

  /** Holds everything from now on, also what was about to be sent on. */
  shut(): void {
    this.#isOpen = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Drops everything, for good. */
  close(): void {
    this.shut();
    this.#isClosed = true;
    this.#blocks.clear();
    this.#messages.clear();
    this.#growing = undefined;
    this.#audioBytes = 0;
    this.#messageChars = 0;
  }

  #sendSlice(): void {
    this.#timer = undefined;
    this.#isSending = true;
    try {
      let bytes = 0;
      for (let entry = 0; entry < SLICE_ENTRIES && bytes < SLICE_BYTES && this.#isOpen && !this.isEmpty; entry++)
        bytes += this.#sendOldest();
    } catch (error) {
      // A timer has no caller who could catch it.
      this.close();
      this.#options.onFault(error);
    } finally {
      this.#isSending = false;
    }
    if (this.isEmpty) this.#hasOverflowed = false;
    else if (this.#isOpen) this.#timer = this.#options.clock.setTimer(() => this.#sendSlice(), 0);
  }

  /** @returns about its size */
  #sendOldest(): number {
    const block = this.#blocks.peek();
    const held = this.#messages.peek();
    if (held !== undefined && (block === undefined || held.order < block.order)) {
      this.#messages.shift();
      this.#messageChars -= held.chars;
      this.#options.onMessage(held.message);
      return held.chars;
    }
    if (block === undefined) return 0;
    this.#takeBlock(block);
    this.#options.onAudio(block.bytes.subarray(block.start, block.end));
    return block.end - block.start;
  }

  #takeBlock(block: Block): void {
    this.#blocks.shift();
    this.#audioBytes -= block.end - block.start;
    if (this.#growing === block) this.#growing = undefined;
  }

  #hold(pcm: Uint8Array): void {
    let at = 0;
    while (at < pcm.byteLength) {
      const block = this.#growing ?? this.#newBlock();
      const taken = Math.min(pcm.byteLength - at, BLOCK_BYTES - block.end);
      write(block, pcm.subarray(at, at + taken));
      at += taken;
      this.#audioBytes += taken;
      if (block.end === BLOCK_BYTES) this.#growing = undefined;
    }
  }

  #newBlock(): Block {
    const block: Block = { bytes: new Uint8Array(FIRST_BLOCK_BYTES), start: 0, end: 0, order: this.#nextOrder() };
    this.#growing = block;
    this.#blocks.push(block);
    return block;
  }

  #nextOrder(): number {
    this.#growing = undefined;
    this.#entries += 1;
    return this.#entries;
  }

  #dropOldest(): void {
    let excess = this.#audioBytes - this.#maxAudioBytes;
    excess += excess % 2;
    for (let block = this.#blocks.peek(); block !== undefined && excess > 0; block = this.#blocks.peek()) {
      const bytes = block.end - block.start;
      if (bytes > excess) {
        block.start += excess;
        this.#audioBytes -= excess;
        excess = 0;
      } else {
        excess -= bytes;
        this.#takeBlock(block);
      }
    }
    if (this.#hasOverflowed) return;
    this.#hasOverflowed = true;
    this.#options.onOverflow();
  }
}

/** Where a gate leads, and how much it holds. */
export interface InputGateOptions<Message> {
  readonly clock: Clock;
  /** Most audio held while the gate is shut, bytes of PCM16; past it the oldest goes. */
  readonly maxAudioBytes: number;
  /** Audio for the provider: the provider may keep it, and gets separate pieces. */
  onAudio(pcm: Uint8Array): void;
  onMessage(message: Message): void;
  /** The first audio was dropped; called once until the gate is empty again. */
  onOverflow(): void;
  /** `onAudio` or `onMessage` threw while held input was sent on: the gate is closed, and has no caller to tell. */
  onFault(error: unknown): void;
}

/** Audio from `start` to `end`, of chunks that came in a row. */
interface Block {
  bytes: Uint8Array;
  start: number;
  end: number;
  readonly order: number;
}

interface HeldMessage<Message> {
  readonly message: Message;
  readonly chars: number;
  readonly order: number;
}

/** Copies: a received message is a view into a shared read buffer, which a held view would keep whole. */
function write(block: Block, pcm: Uint8Array): void {
  const end = block.end + pcm.byteLength;
  if (end > block.bytes.byteLength) {
    const larger = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(end, 2 * block.bytes.byteLength)));
    larger.set(block.bytes);
    block.bytes = larger;
  }
  block.bytes.set(pcm, block.end);
  block.end = end;
}
