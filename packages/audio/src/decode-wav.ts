import { AudioError } from './audio-error.ts';
import { pcmDurationMs } from './pcm.ts';

const FORMAT_PCM = 1;
const FORMAT_EXTENSIBLE = 0xfffe;
/** The rest of a sub-format identifier after its two-byte format tag, the same for every tag. */
const SUB_FORMAT_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];
/** Writers to a pipe cannot know the size: ffmpeg leaves 0xFFFFFFFF, sox a little under 2 GiB, others 0. */
const LEAST_STREAMING_SIZE = 0x7fff0000;

/** The audio of a WAV file. */
export interface DecodedWav {
  /** Mono PCM16, little-endian; a fresh copy that starts at an even offset. */
  readonly pcm: Uint8Array<ArrayBuffer>;
  /** Samples per second, as the file states it. */
  readonly sampleRateHz: number;
  /** Channels in the file; two were averaged into `pcm`. */
  readonly channels: 1 | 2;
  /** Milliseconds of audio. */
  readonly durationMs: number;
}

/**
 * Reads a WAV file: PCM16, mono, or stereo averaged to mono.
 *
 * Chunks other than `fmt ` and `data` are skipped. A `data` size of 0 or near the maximum, as writers to a pipe leave
 * it, means "to the end". A last frame that is cut short is dropped.
 *
 * @param bytes - The whole file.
 * @throws {@link AudioError} `WAV_MALFORMED`, `WAV_TRUNCATED` or `WAV_UNSUPPORTED`
 * @see http://soundfile.sapp.org/doc/WaveFormat/
 */
export function decodeWav(bytes: Uint8Array): DecodedWav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = readTag(view, 0);
  if (kind === 'RIFX' || kind === 'RF64') {
    throw new AudioError('WAV_UNSUPPORTED', `This is a ${kind} file. Save it as a plain RIFF WAV file of PCM16.`);
  }
  if (kind !== 'RIFF' || readTag(view, 8) !== 'WAVE') {
    throw new AudioError('WAV_MALFORMED', 'These bytes are not a WAV file: they do not begin with RIFF…WAVE.');
  }
  const { format, data } = findChunks(view);
  if (format === undefined || data === undefined) {
    throw new AudioError('WAV_MALFORMED', `The WAV file has no ${format === undefined ? 'fmt' : 'data'} chunk.`);
  }
  const { channels, sampleRateHz } = readFormat(format);
  const pcm = channels === 1 ? copySamples(data) : averageFrames(data);
  return { pcm, sampleRateHz, channels, durationMs: pcmDurationMs(pcm.byteLength, sampleRateHz) };
}

function findChunks(view: DataView): { format?: DataView; data?: DataView } {
  const found: { format?: DataView; data?: DataView } = {};
  let at = 12;
  while (at + 8 <= view.byteLength) {
    const tag = readTag(view, at);
    const stated = view.getUint32(at + 4, true);
    const available = view.byteLength - at - 8;
    const size = tag === 'data' && isStreamingSize(stated, view) ? available : stated;
    if (size > available) {
      throw new AudioError(
        'WAV_TRUNCATED',
        `The "${tag}" chunk states ${size} bytes but only ${available} follow. The file was cut short; fetch or record it again.`,
      );
    }
    const body = new DataView(view.buffer, view.byteOffset + at + 8, size);
    if (tag === 'fmt ') found.format ??= body;
    if (tag === 'data') found.data ??= body;
    at += 8 + size + (size % 2); // chunks are padded to an even length
  }
  return found;
}

/** A `data` size of 0 is true in an empty file whose RIFF size is right, and "not known" otherwise. */
function isStreamingSize(stated: number, view: DataView): boolean {
  if (stated === 0) return view.getUint32(4, true) !== view.byteLength - 8;
  return stated >= LEAST_STREAMING_SIZE && stated > view.byteLength;
}

function readFormat(format: DataView): { channels: 1 | 2; sampleRateHz: number } {
  if (format.byteLength < 16) {
    throw new AudioError('WAV_MALFORMED', `The fmt chunk has ${format.byteLength} bytes; at least 16 are needed.`);
  }
  const tag = readFormatTag(format);
  const channels = format.getUint16(2, true);
  const sampleRateHz = format.getUint32(4, true);
  const bitsPerSample = format.getUint16(14, true);
  if (sampleRateHz === 0) throw new AudioError('WAV_MALFORMED', 'The WAV file states a sample rate of 0 Hz.');
  if (tag !== FORMAT_PCM || bitsPerSample !== 16 || (channels !== 1 && channels !== 2)) {
    throw new AudioError(
      'WAV_UNSUPPORTED',
      `The WAV file holds format ${tag}, ${bitsPerSample} bits, ${channels} channels. Save it as PCM (format 1), 16 bits, mono or stereo.`,
    );
  }
  return { channels, sampleRateHz };
}

function readFormatTag(format: DataView): number {
  const tag = format.getUint16(0, true);
  if (tag !== FORMAT_EXTENSIBLE || format.byteLength < 40) return tag;
  const isStandard = SUB_FORMAT_TAIL.every((byte, index) => format.getUint8(26 + index) === byte);
  return isStandard ? format.getUint16(24, true) : tag;
}

function copySamples(data: DataView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength - (data.byteLength % 2)));
}

function averageFrames(data: DataView): Uint8Array<ArrayBuffer> {
  const frames = Math.floor(data.byteLength / 4);
  const mono = new DataView(new ArrayBuffer(frames * 2));
  for (let frame = 0; frame < frames; frame++) {
    const sum = data.getInt16(frame * 4, true) + data.getInt16(frame * 4 + 2, true);
    mono.setInt16(frame * 2, Math.round(sum / 2), true);
  }
  return new Uint8Array(mono.buffer);
}

/** Empty when there are no four bytes left, which matches no tag. */
function readTag(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return '';
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}
