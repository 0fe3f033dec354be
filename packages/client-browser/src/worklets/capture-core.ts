import { createResampler } from './resampler.ts';

/** 20 ms of what the microphone heard. */
export interface CapturedFrame {
  /** Mono PCM16 in the machine's byte order, which is little-endian wherever browsers run. Zeros while muted. */
  readonly pcm: ArrayBuffer;
  /** Root mean square of the frame before muting, 0 to 1. */
  readonly rms: number;
  /** Largest magnitude before muting, 0 to 1. */
  readonly peak: number;
}

export interface CaptureCoreOptions {
  /** Samples per second that `process` gets. */
  readonly contextRate: number;
  /** Samples per second of the frames. */
  readonly sampleRate: number;
  /** Takes a frame. The buffer comes back through `recycle`, or never. */
  readonly emit: (frame: CapturedFrame) => void;
}

/** Turns blocks of any length into frames of exactly 20 ms. */
export interface CaptureCore {
  /** Takes the next block of mono samples. */
  process(block: Float32Array): void;
  /** Takes back the buffer of a frame, so that the audio thread need not allocate another. */
  recycle(pcm: ArrayBuffer): void;
  muted: boolean;
}

const FRAMES_PER_SECOND = 50;
/** Frames that may be on their way to the receiver and back: 160 ms. */
const POOL_SIZE = 8;

export function createCaptureCore({ contextRate, sampleRate, emit }: CaptureCoreOptions): CaptureCore {
  const resampler = createResampler(contextRate, sampleRate);
  const frameLength = sampleRate / FRAMES_PER_SECOND;
  const newBuffer = (): ArrayBuffer => new ArrayBuffer(2 * frameLength);
  const pool = Array.from({ length: POOL_SIZE }, newBuffer);
  let resampled = new Float32Array(1024);
  let frame = new Int16Array(newBuffer());
  let filled = 0;
  let squares = 0;
  let peak = 0;

  const core: CaptureCore = {
    muted: false,
    process(block) {
      const atMost = Math.ceil((block.length * sampleRate) / contextRate) + 1;
      if (resampled.length < atMost) resampled = new Float32Array(atMost);
      const count = resampler.process(block, resampled);
      for (let index = 0; index < count; index++) {
        const sample = Math.max(-1, Math.min(1, resampled[index] as number));
        squares += sample * sample;
        peak = Math.max(peak, Math.abs(sample));
        frame[filled++] = Math.round(sample * (sample < 0 ? 32_768 : 32_767));
        if (filled === frameLength) finishFrame();
      }
    },
    recycle(pcm) {
      if (pool.length < POOL_SIZE && pcm.byteLength === 2 * frameLength) pool.push(pcm);
    },
  };
  return core;

  function finishFrame(): void {
    if (core.muted) frame.fill(0);
    emit({ pcm: frame.buffer, rms: Math.sqrt(squares / frameLength), peak });
    frame = new Int16Array(pool.pop() ?? newBuffer());
    filled = squares = peak = 0;
  }
}
