import { samplesToPcm } from '@speko/audio';
import { invalidArgument } from '@speko/client-core';

/**
 * Mono PCM16: samples, or their bytes, little-endian and of even length, in any view of bytes; a `Buffer` is a
 * `Uint8Array`. Any offset will do.
 */
export type PcmInput =
  | Int16Array
  | Uint16Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | DataView
  | ArrayBuffer
  | SharedArrayBuffer;

/** Arrays whose elements are bytes, or bit for bit samples. */
const BYTES = /^(?:Uint8|Uint8Clamped|Int8|Uint16)Array$|^DataView$/;
const BUFFERS = /^(?:Shared)?ArrayBuffer$/;

const ADVICE =
  'Pass mono PCM16: an Int16Array of samples, or a Buffer, Uint8Array, DataView or ArrayBuffer of their bytes.';
const SCALE = 'Scale samples from -1 to 1 first: Int16Array.from(floats, (x) => Math.max(-1, Math.min(1, x)) * 32767).';

/**
 * The bytes of PCM16 audio, without a copy wherever the machine allows.
 * @param audio - Checked, since what a JavaScript program passes by mistake would be heard as noise.
 * @throws {@link SpekoError} `INVALID_ARGUMENT` for anything else, with what to do instead
 */
export function toPcm(audio: PcmInput): Uint8Array {
  const value: unknown = audio;
  // The tag, unlike `instanceof`, is right for what another realm made, such as a test runner's.
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value)) {
    if (kind !== 'Int16Array' && !BYTES.test(kind))
      throw refusal(`${kind.startsWith('Int') ? 'an' : 'a'} ${kind}`, kind.startsWith('Float') ? SCALE : ADVICE);
    const bytes = bytesOf(() => new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (kind !== 'Int16Array') return bytes;
    return samplesToPcm(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2));
  }
  if (BUFFERS.test(kind)) return bytesOf(() => new Uint8Array(value as ArrayBuffer));
  if (typeof value === 'string')
    throw refusal('text', `Read the file, or decode base64 by Buffer.from(text, 'base64'), first. ${ADVICE}`);
  if (Array.isArray(value)) throw refusal('an array', `Int16Array.from(numbers) makes samples of one. ${ADVICE}`);
  if (kind === 'Blob' || kind === 'File') throw refusal(`a ${kind}`, 'Pass its bytes: await blob.arrayBuffer().');
  if (typeof value === 'object' && value !== null && 'pcm' in value) throw refusal('a frame', 'Pass frame.pcm.');
  throw refusal(value === null || typeof value !== 'object' ? kind.toLowerCase() : `an object (${kind})`, ADVICE);
}

/** Memory that was transferred to a worker, or shrunk, is gone: the engine then throws its own error. */
function bytesOf(read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch {
    throw refusal('memory that was given away or shrunk', 'Copy it before it is transferred: bytes.slice().');
  }
}

function refusal(what: string, advice: string): Error {
  return invalidArgument(`Audio cannot be ${what}. ${advice}`);
}
