import { pcmByteLength } from '@speko/audio';
import { GOOGLE_INPUT_RATE_HZ } from '../google-dial-plan.ts';
import { audioFrame } from './client-frames.ts';

/** Longest turn that is kept. */
export const MAX_HELD_MS = 60_000;
/** Less than this is no turn. */
const MIN_TURN_MS = 100;
/** Smaller pieces are put together, so that many tiny ones cost no more than their audio. */
const MIN_PIECE_MS = 20;

const MAX_BYTES = pcmByteLength(MAX_HELD_MS, GOOGLE_INPUT_RATE_HZ);
const MIN_BYTES = pcmByteLength(MIN_TURN_MS, GOOGLE_INPUT_RATE_HZ);
const MIN_PIECE_BYTES = pcmByteLength(MIN_PIECE_MS, GOOGLE_INPUT_RATE_HZ);

/**
 * The user's turn while it is ended by hand: nothing sent can be taken back, so nothing is sent before the commit. Kept
 * as it came, and written as messages only then; copied, since the caller may use its buffers again.
 */
export class HeldAudio {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #hasLost = false;

  get isTurn(): boolean {
    return this.#bytes >= MIN_BYTES;
  }

  push(pcm: Uint8Array): void {
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.byteLength < MIN_PIECE_BYTES) {
      this.#pieces[this.#pieces.length - 1] = joined(last, pcm);
    } else this.#pieces.push(pcm.slice());
    this.#bytes += pcm.byteLength;
    let drop = 0;
    while (this.#bytes > MAX_BYTES && drop < this.#pieces.length - 1) {
      this.#bytes -= this.#pieces[drop]?.byteLength ?? 0;
      drop += 1;
    }
    if (drop === 0) return;
    this.#pieces.splice(0, drop);
    this.#hasLost = true;
  }

  /** Everything kept, oldest first, as messages, and whether something before it was not. */
  take(): { readonly frames: readonly string[]; readonly hasLost: boolean } {
    const taken = { frames: this.#pieces.map((pcm) => audioFrame(pcm)), hasLost: this.#hasLost };
    this.clear();
    return taken;
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#hasLost = false;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.byteLength + second.byteLength);
  whole.set(first);
  whole.set(second, first.byteLength);
  return whole;
}
