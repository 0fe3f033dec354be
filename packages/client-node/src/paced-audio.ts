import { createResampler, decodeWav, PcmChunker } from '@speko/audio';
import { checkOptions } from './check-options.ts';
import { toPcm, type PcmInput } from './to-pcm.ts';

/** How {@link pacedAudio} cuts and paces. */
export interface PacedAudioOptions {
  /**
   * Rate of the chunks, in Hz: the session's `inputSampleRate`. PCM has to have it already; a WAV file is resampled from any
   * rate of 4,000 to 192,000 Hz.
   * @defaultValue 24000
   */
  readonly sampleRate?: number | undefined;
  /**
   * Length of a chunk, in milliseconds.
   * @defaultValue 20
   */
  readonly chunkMs?: number | undefined;
}

/** Size of one conversion, so that a long recording does not block the event loop. */
const PIECE_BYTES = 65_536;

/**
 * Plays a recording as a microphone would: one chunk of mono PCM16 per `chunkMs` of real time.
 *
 * The pace does not drift. A reader that falls behind gets what is due at once.
 * @param source - A WAV file's bytes (known by its RIFF header), or PCM16 as little-endian bytes or samples. It is read as it
 * is played, so it has to stay as it is.
 * @throws {@link AudioError} when the WAV file cannot be used; {@link SpekoError} `INVALID_ARGUMENT` for what is
 * neither, such as a path
 */
export async function* pacedAudio(
  source: PcmInput,
  options: PacedAudioOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  checkOptions('pacedAudio()', options);
  const { sampleRate = 24_000, chunkMs = 20 } = options;
  const startedAtMs = performance.now();
  let index = 0;
  for (const chunk of toChunks(source, { sampleRate, chunkMs })) {
    const waitMs = startedAtMs + index * chunkMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    // In its own buffer, as all audio that applications get.
    yield new Uint8Array(chunk);
    index += 1;
  }
}

function* toChunks(
  source: PcmInput,
  { sampleRate, chunkMs }: { sampleRate: number; chunkMs: number },
): Generator<Uint8Array> {
  const chunker = new PcmChunker({ sampleRateHz: sampleRate, chunkMs });
  for (const piece of toPieces(source, sampleRate)) yield* chunker.push(piece);
  const rest = chunker.flush();
  if (rest.byteLength > 0) yield rest;
}

/** PCM16 at the rate asked for, piece by piece. */
function* toPieces(source: PcmInput, sampleRate: number): Generator<Uint8Array> {
  const bytes = toPcm(source);
  if (!isWav(bytes)) return yield bytes;
  const { pcm, sampleRateHz } = decodeWav(bytes);
  const resampler = createResampler({ fromHz: sampleRateHz, toHz: sampleRate });
  for (let at = 0; at < pcm.byteLength; at += PIECE_BYTES) {
    yield resampler.process(pcm.subarray(at, at + PIECE_BYTES));
  }
  yield resampler.flush();
}

function isWav(bytes: Uint8Array): boolean {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.byteLength)).toString('latin1');
  return header.startsWith('RIFF') && header.endsWith('WAVE');
}
