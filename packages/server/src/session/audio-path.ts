import type { ProviderAudio } from '@speko/adapter';
import { createResampler, type Resampler } from '@speko/audio';

/** Sample rates of one session on both sides, and the resamplers between them; equal rates pass untouched. */
export class AudioPath {
  readonly #up: Resampler;
  readonly #down: Resampler;

  /** @throws AudioError `BAD_OPTION` for a rate that cannot be converted */
  constructor(client: { inputSampleRateHz: number; outputSampleRateHz: number }, provider: ProviderAudio) {
    this.#up = createResampler({ fromHz: client.inputSampleRateHz, toHz: provider.inputSampleRateHz });
    this.#down = createResampler({ fromHz: provider.outputSampleRateHz, toHz: client.outputSampleRateHz });
  }

  /** User audio at the provider's rate. */
  toProvider(pcm: Uint8Array): Uint8Array {
    return this.#up.process(pcm);
  }

  /** The rest of the user's turn that is still inside the resampler. */
  endOfTurn(): Uint8Array {
    return this.#up.flush();
  }

  /** The user's turn was dropped: nothing of it may sound in the next one. */
  clearTurn(): void {
    this.#up.reset();
  }

  /** Assistant audio at the client's rate. */
  toClient(pcm: Uint8Array): Uint8Array {
    return this.#down.process(pcm);
  }

  /** The rest of a stretch of assistant audio that is still inside the resampler. */
  endOfSpeech(): Uint8Array {
    return this.#down.flush();
  }

  /** A stretch of assistant audio was cut: nothing of it may sound in the next one. */
  cutSpeech(): void {
    this.#down.reset();
  }
}
