import { PcmChunker, pcmByteLength, silence } from '@speko/audio';
import { type Clip, SAMPLE_RATE_HZ } from './recordings.ts';

const CHUNK_MS = 20;

export interface MicrophoneOptions {
  readonly send: (pcm: Uint8Array) => Promise<boolean>;
  /** The voice in a clip has just fallen silent. */
  readonly onSpeechEnd: () => void;
}

/** An open microphone: one chunk of 20 ms per 20 ms of real time, a clip while one is played and silence in between. */
export class Microphone {
  readonly #options: MicrophoneOptions;
  readonly #silence = silence(CHUNK_MS, SAMPLE_RATE_HZ);
  #chunks: readonly Uint8Array[] = [];
  #next = 0;
  #speechEndChunk = 0;
  #sentBytes = 0;
  #onPlayed: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MicrophoneOptions) {
    this.#options = options;
  }

  /** Milliseconds of audio sent so far. */
  get sentMs(): number {
    return (this.#sentBytes * 1000) / pcmByteLength(1000, SAMPLE_RATE_HZ);
  }

  open(): void {
    const startedAtMs = performance.now();
    let ticks = 0;
    const tick = (): void => {
      // A late timer is made up for, so that the pace does not drift.
      for (; startedAtMs + ticks * CHUNK_MS <= performance.now(); ticks += 1) this.#sendNext();
      this.#timer = setTimeout(tick, Math.max(0, startedAtMs + ticks * CHUNK_MS - performance.now()));
    };
    tick();
  }

  /** Plays a clip from the next chunk on. @returns when all of it is sent */
  play(clip: Clip): Promise<void> {
    const chunker = new PcmChunker({ sampleRateHz: SAMPLE_RATE_HZ, chunkMs: CHUNK_MS });
    this.#chunks = [...chunker.push(clip.pcm), chunker.flush()].filter((chunk) => chunk.byteLength > 0);
    this.#next = 0;
    this.#speechEndChunk = Math.floor(clip.speechEndMs / CHUNK_MS);
    return new Promise((resolve) => (this.#onPlayed = resolve));
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #sendNext(): void {
    const chunk = this.#chunks[this.#next] ?? this.#silence;
    this.#sentBytes += chunk.byteLength;
    // The chunks wait in the client if they must; a microphone cannot.
    void this.#options.send(chunk);
    if (this.#next >= this.#chunks.length) return;
    if (this.#next === this.#speechEndChunk) this.#options.onSpeechEnd();
    this.#next += 1;
    if (this.#next === this.#chunks.length) this.#onPlayed?.();
  }
}
