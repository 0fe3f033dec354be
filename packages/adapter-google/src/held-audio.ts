import { pcmByteLength } from '@speko/audio';
import { audioFrame } from './client-frames.ts';
import { GOOGLE_INPUT_RATE_HZ } from './google-dial-plan.ts';

/** Longest turn that is kept. */
export const MAX_HELD_MS = 300_000;
/** Less than this is no turn. */
const MIN_TURN_MS = 100;

const MAX_BYTES = pcmByteLength(MAX_HELD_MS, GOOGLE_INPUT_RATE_HZ);
const MIN_BYTES = pcmByteLength(MIN_TURN_MS, GOOGLE_INPUT_RATE_HZ);

/**
 * The user's turn while it is ended by hand: nothing sent can be taken back, so nothing is sent before the commit. Kept
 * as messages, since the caller may use its buffers again.
 */
export class HeldAudio {
  #frames: { readonly frame: string; readonly bytes: number }[] = [];
  #bytes = 0;
  #hasLost = false;

  get isTurn(): boolean {
    return this.#bytes >= MIN_BYTES;
  }

  push(pcm: Uint8Array): void {
    this.#frames.push({ frame: audioFrame(pcm), bytes: pcm.byteLength });
    this.#bytes += pcm.byteLength;
    let drop = 0;
    while (this.#bytes > MAX_BYTES && drop < this.#frames.length - 1) {
      this.#bytes -= this.#frames[drop]?.bytes ?? 0;
      drop += 1;
    }
    if (drop === 0) return;
    this.#frames.splice(0, drop);
    this.#hasLost = true;
  }

  /** Everything kept, oldest first, and whether something before it was not. */
  take(): { readonly frames: readonly string[]; readonly hasLost: boolean } {
    const taken = { frames: this.#frames.map(({ frame }) => frame), hasLost: this.#hasLost };
    this.clear();
    return taken;
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
    this.#hasLost = false;
  }
}
