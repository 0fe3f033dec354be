import { createResampler, decodeWav, PcmChunker, samplesToPcm } from '@speko/audio';

/** How {@link pacedAudio} cuts and paces. */
export interface PacedAudioOptions {
  /**
   * Rate of the chunks, in Hz: the session's `inputSampleRate`. PCM has to have it already; a WAV file is resampled.
   * @defaultValue 24000
   */
  readonly sampleRate?: number | undefined;
  /**
   * Length of a chunk, in milliseconds.
   * @defaultValue 20
   */
  readonly chunkMs?: number | undefined;
}

/**
 * Plays a recording as a microphone would: one chunk of mono PCM16 per `chunkMs` of real time.
 *
 * The pace does not drift. A reader that falls behind gets what is due at once.
 * @param source - A WAV file's bytes (known by its RIFF header), or PCM16 as little-endian bytes or samples.
 * @throws AudioError of `@speko/audio` when the WAV file cannot be used
 */
export async function* pacedAudio(
  source: Uint8Array | Int16Array,
  { sampleRate = 24_000, chunkMs = 20 }: PacedAudioOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  const chunker = new PcmChunker({ sampleRateHz: sampleRate, chunkMs });
  const pcm = toPcm(source, sampleRate);
  const chunks = [...chunker.push(pcm), chunker.flush()].filter((chunk) => chunk.byteLength > 0);
  const startedAtMs = performance.now();
  for (const [index, chunk] of chunks.entries()) {
    const waitMs = startedAtMs + index * chunkMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    yield chunk;
  }
}

function toPcm(source: Uint8Array | Int16Array, sampleRate: number): Uint8Array {
  if (source instanceof Int16Array) return samplesToPcm(source);
  if (!isWav(source)) return source;
  const { pcm, sampleRateHz } = decodeWav(source);
  const resampler = createResampler({ fromHz: sampleRateHz, toHz: sampleRate });
  return Buffer.concat([resampler.process(pcm), resampler.flush()]);
}

function isWav(bytes: Uint8Array): boolean {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.byteLength)).toString('latin1');
  return header.startsWith('RIFF') && header.endsWith('WAVE');
}
