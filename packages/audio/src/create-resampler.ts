import { applyKernel } from './apply-kernel.ts';
import { AudioError } from './audio-error.ts';
import { PcmAligner } from './pcm-aligner.ts';
import { pcmToSamples, samplesToPcm } from './pcm.ts';
import { designKernel, type PolyphaseKernel } from './polyphase-kernel.ts';

/** Lowest and highest sample rate that {@link createResampler} takes, in hertz: those of telephones and of studios. */
export const RESAMPLER_RANGE_HZ = { lowest: 4000, highest: 192_000 } as const;

/** The rates to convert between. */
export interface ResamplerOptions {
  /** Rate of the audio that goes in: a whole number of hertz from 4000 to 192000. */
  readonly fromHz: number;
  /** Rate of the audio that comes out: a whole number of hertz from 4000 to 192000. */
  readonly toHz: number;
}

/**
 * One stream being converted; see {@link createResampler}.
 */
export interface Resampler {
  /**
   * Milliseconds by which the output lags the input: the last `delayMs` of what was put in is still to come.
   * 32 samples of the lower rate, so at most 4 where that is 8000 or more. 0 when the rates are equal.
   */
  readonly delayMs: number;

  /**
   * Takes the next piece of the stream.
   *
   * @param pcm - Mono PCM16 of any length, also odd: half a sample is kept for the next piece.
   * @returns The output that is certain by now, possibly empty, in its own memory. When the rates are equal, `pcm` itself.
   */
  process(pcm: Uint8Array): Uint8Array;
  /** The same for samples instead of bytes. */
  process(pcm: Int16Array): Int16Array;

  /**
   * Ends the stream: returns the last {@link Resampler.delayMs} as bytes and is then ready for another stream.
   * All in all `n` input samples give exactly `ceil(n * toHz / fromHz)` output samples. Half a sample is dropped.
   */
  flush(): Uint8Array;

  /** Drops the stream, for example after an interruption, and is ready for another. */
  reset(): void;
}

/**
 * Converts a stream of mono PCM16 from one sample rate to another, piece by piece; the pieces' sizes leave no trace in
 * the output. Output sample `k` stands for the same instant as input sample `k * fromHz / toHz`.
 *
 * Flat within 0.5 dB to 90 % of the lower Nyquist frequency; aliases and images at least 60 dB down from the lower
 * Nyquist frequency on; under 5 ms of delay from 8000 Hz on; samples beyond full scale are clipped. A stream holds at most
 * 32 kB, and a filter, which all streams of a pair share, at most 400 kB.
 *
 * @throws {@link AudioError} `BAD_OPTION` for a rate outside {@link RESAMPLER_RANGE_HZ}, or one that is no whole number
 */
export function createResampler({ fromHz, toHz }: ResamplerOptions): Resampler {
  const { lowest, highest } = RESAMPLER_RANGE_HZ;
  for (const rateHz of [fromHz, toHz]) {
    if (!(Number.isInteger(rateHz) && rateHz >= lowest && rateHz <= highest)) {
      throw new AudioError(
        'BAD_OPTION',
        `Cannot resample ${rateHz} Hz. Use a whole number of hertz from ${lowest} to ${highest}.`,
      );
    }
  }
  return fromHz === toHz ? new IdentityResampler() : new PolyphaseResampler(kernelFor(fromHz, toHz), fromHz);
}

/** Filters are shared by all streams of a pair, so that hundreds of calls work from one table in the cache. */
const kernels = new Map<string, PolyphaseKernel>();
/** More than the pairs of usual rates in use at once; recordings of any rate may come. */
const MOST_KERNELS = 32;

function kernelFor(fromHz: number, toHz: number): PolyphaseKernel {
  const key = `${fromHz}>${toHz}`;
  const kernel = kernels.get(key) ?? designKernel(fromHz, toHz);
  // Put last again, so that the first is the one that was not asked for the longest.
  kernels.delete(key);
  kernels.set(key, kernel);
  if (kernels.size > MOST_KERNELS) kernels.delete(kernels.keys().next().value as string);
  return kernel;
}

class IdentityResampler implements Resampler {
  readonly delayMs = 0;

  process(pcm: Uint8Array): Uint8Array;
  process(pcm: Int16Array): Int16Array;
  process(pcm: Uint8Array | Int16Array): Uint8Array | Int16Array {
    return pcm;
  }

  flush(): Uint8Array {
    return new Uint8Array(0);
  }

  reset(): void {}
}

/** Input samples worked on at a time: bounds the memory of a stream, whatever the size of a piece. */
const BLOCK_SAMPLES = 512;

class PolyphaseResampler implements Resampler {
  readonly delayMs: number;
  readonly #kernel: PolyphaseKernel;
  readonly #aligner = new PcmAligner();
  /** The last `taps - 1` samples of the past, then the block being worked on. */
  readonly #window: Float64Array;
  /** Where the next output sample lies after the past, in samples of L times the input rate. */
  #position: number;

  constructor(kernel: PolyphaseKernel, fromHz: number) {
    this.#kernel = kernel;
    this.#window = new Float64Array(kernel.taps - 1 + BLOCK_SAMPLES);
    this.#position = kernel.delay;
    this.delayMs = (kernel.delay * 1000) / (fromHz * kernel.interpolation);
  }

  process(pcm: Uint8Array): Uint8Array;
  process(pcm: Int16Array): Int16Array;
  process(pcm: Uint8Array | Int16Array): Uint8Array | Int16Array {
    const isSamples = pcm instanceof Int16Array;
    if (isSamples && this.#aligner.pendingBytes === 0) return this.#convert(pcm);
    const output = this.#convert(pcmToSamples(this.#aligner.push(isSamples ? samplesToPcm(pcm) : pcm)));
    return isSamples ? output : samplesToPcm(output);
  }

  flush(): Uint8Array {
    const { decimation, delay, taps } = this.#kernel;
    const owed = Math.max(0, Math.ceil((delay - this.#position) / decimation));
    const tail = this.#convert(new Int16Array(taps)).slice(0, owed);
    this.reset();
    return samplesToPcm(tail);
  }

  reset(): void {
    this.#aligner.reset();
    this.#window.fill(0);
    this.#position = this.#kernel.delay;
  }

  #convert(input: Int16Array): Int16Array {
    const output = new Int16Array(this.#countOutput(input.length));
    let written = 0;
    for (let at = 0; at < input.length; at += BLOCK_SAMPLES) {
      const block = input.subarray(at, at + BLOCK_SAMPLES);
      const count = this.#countOutput(block.length);
      this.#convertBlock(block, output.subarray(written, written + count));
      written += count;
    }
    return output;
  }

  /** Output samples whose newest input sample is among the next `inputSamples`. */
  #countOutput(inputSamples: number): number {
    const { interpolation, decimation } = this.#kernel;
    return Math.max(0, Math.ceil((inputSamples * interpolation - this.#position) / decimation));
  }

  #convertBlock(block: Int16Array, output: Int16Array): void {
    const { interpolation, decimation, taps } = this.#kernel;
    this.#window.set(block, taps - 1);
    applyKernel(this.#kernel, this.#window, this.#position, output);
    this.#window.copyWithin(0, block.length, block.length + taps - 1);
    this.#position += output.length * decimation - block.length * interpolation;
  }
}
