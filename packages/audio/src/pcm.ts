import { AudioError } from './audio-error.ts';

/** PCM16 is little-endian whatever the machine, so only a little-endian machine may view it in place. */
const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Reads PCM16 little-endian bytes as samples.
 *
 * Without a copy where the bytes start at an even offset of their buffer (the result then shares memory with `pcm`),
 * with one copy where they do not.
 *
 * @param pcm - Mono PCM16, little-endian, even length.
 * @returns Samples from -32768 to 32767.
 * @throws {@link AudioError} `ODD_LENGTH`
 */
export function pcmToSamples(pcm: Uint8Array): Int16Array {
  if (pcm.byteLength % 2 !== 0) {
    throw new AudioError(
      'ODD_LENGTH',
      `PCM16 has two bytes per sample, but ${pcm.byteLength} bytes were given. Pass chunks of a stream through PcmAligner first.`,
    );
  }
  if (HOST_IS_LITTLE_ENDIAN && pcm.byteOffset % 2 === 0) {
    return new Int16Array(pcm.buffer, pcm.byteOffset, pcm.byteLength / 2);
  }
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return Int16Array.from({ length: pcm.byteLength / 2 }, (_, index) => view.getInt16(index * 2, true));
}

/**
 * Writes samples as PCM16 little-endian bytes. The result shares memory with `samples` on every little-endian machine.
 *
 * @param samples - Mono samples.
 * @returns Two bytes per sample.
 */
export function samplesToPcm(samples: Int16Array): Uint8Array {
  if (HOST_IS_LITTLE_ENDIAN) return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const view = new DataView(new ArrayBuffer(samples.byteLength));
  samples.forEach((sample, index) => view.setInt16(index * 2, sample, true));
  return new Uint8Array(view.buffer);
}

/**
 * How long a piece of mono PCM16 plays.
 *
 * @param byteLength - Bytes, two per sample.
 * @param sampleRateHz - Samples per second.
 * @returns Milliseconds, not rounded.
 */
export function pcmDurationMs(byteLength: number, sampleRateHz: number): number {
  return (byteLength * 500) / sampleRateHz;
}

/**
 * How many bytes of mono PCM16 a duration takes, rounded to the nearest whole sample.
 *
 * @param durationMs - Milliseconds, 0 or more.
 * @param sampleRateHz - Samples per second.
 * @returns An even number of bytes.
 */
export function pcmByteLength(durationMs: number, sampleRateHz: number): number {
  return Math.round((durationMs * sampleRateHz) / 1000) * 2;
}

/**
 * Digital silence: mono PCM16 zeros.
 *
 * @param durationMs - Milliseconds, 0 or more; rounded to the nearest whole sample.
 * @param sampleRateHz - Samples per second.
 */
export function silence(durationMs: number, sampleRateHz: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(pcmByteLength(durationMs, sampleRateHz));
}
