import { AudioError } from './audio-error.ts';
import { samplesToPcm } from './pcm.ts';

const HEADER_BYTES = 44;
const UNKNOWN_SIZE = 0xffffffff;

/** Contents of a WAV header. */
export interface WavHeaderOptions {
  /** Samples per second. */
  readonly sampleRateHz: number;
  /** Bytes of PCM16 that follow. Left out when not known yet: both sizes then read 0xFFFFFFFF, as streaming writers do. */
  readonly dataBytes?: number;
}

/** Audio to put into a WAV file. */
export interface EncodeWavOptions {
  /** Mono PCM16, as samples or as little-endian bytes. */
  readonly pcm: Uint8Array | Int16Array;
  /** Samples per second. */
  readonly sampleRateHz: number;
}

/**
 * The 44 bytes in front of mono PCM16 that make it a WAV file.
 *
 * @throws {@link AudioError} `BAD_OPTION` when the rate is no positive integer, or the size is odd or beyond 4 GiB
 * @see http://soundfile.sapp.org/doc/WaveFormat/
 */
export function wavHeader({ sampleRateHz, dataBytes }: WavHeaderOptions): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(sampleRateHz) || sampleRateHz < 1 || sampleRateHz > 0x7fffffff) {
    throw new AudioError('BAD_OPTION', `sampleRateHz must be a positive integer, not ${sampleRateHz}.`);
  }
  if (dataBytes !== undefined && !(dataBytes >= 0 && dataBytes % 2 === 0 && dataBytes < UNKNOWN_SIZE - HEADER_BYTES)) {
    throw new AudioError('BAD_OPTION', `dataBytes must be even and fit a WAV file (4 GiB), not ${dataBytes}.`);
  }
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  writeTag(header, 0, 'RIFF');
  view.setUint32(4, dataBytes === undefined ? UNKNOWN_SIZE : HEADER_BYTES - 8 + dataBytes, true);
  writeTag(header, 8, 'WAVE');
  writeTag(header, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * 2, true); // bytes per second
  view.setUint16(32, 2, true); // bytes per frame
  view.setUint16(34, 16, true); // bits per sample
  writeTag(header, 36, 'data');
  view.setUint32(40, dataBytes ?? UNKNOWN_SIZE, true);
  return header;
}

/**
 * Makes a mono PCM16 WAV file.
 *
 * @throws {@link AudioError} `ODD_LENGTH` when `pcm` is bytes and ends in the middle of a sample; `BAD_OPTION` as {@link wavHeader}, and
 * for what is no PCM16, such as a `Float32Array`
 */
export function encodeWav({ pcm, sampleRateHz }: EncodeWavOptions): Uint8Array<ArrayBuffer> {
  if (!ArrayBuffer.isView(pcm) || pcm.BYTES_PER_ELEMENT > 2) {
    throw new AudioError('BAD_OPTION', 'pcm must be PCM16: an Int16Array of samples, or a Uint8Array of their bytes.');
  }
  const bytes = pcm instanceof Int16Array ? samplesToPcm(pcm) : pcm;
  if (bytes.byteLength % 2 !== 0) {
    throw new AudioError('ODD_LENGTH', `PCM16 has two bytes per sample, but ${bytes.byteLength} bytes were given.`);
  }
  const file = new Uint8Array(HEADER_BYTES + bytes.byteLength);
  file.set(wavHeader({ sampleRateHz, dataBytes: bytes.byteLength }));
  file.set(bytes, HEADER_BYTES);
  return file;
}

function writeTag(bytes: Uint8Array, at: number, tag: string): void {
  for (let index = 0; index < tag.length; index++) bytes[at + index] = tag.charCodeAt(index);
}
