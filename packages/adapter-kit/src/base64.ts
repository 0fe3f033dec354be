import { nativeBuffer } from './native-buffer.ts';

// A separate constant, so that closures see that it is not undefined.
const native = nativeBuffer;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 61;
/** Value of each ASCII code, -1 for what is not of the alphabet. The URL-safe letters count as well, as in `Buffer`. */
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) VALUES[ALPHABET.charCodeAt(value)] = value;
VALUES['-'.charCodeAt(0)] = 62;
VALUES['_'.charCodeAt(0)] = 63;

/** Standard base64 with padding. */
export const encodeBase64: (bytes: Uint8Array) => string =
  native === undefined
    ? encodeBase64Portable
    : (bytes) => native.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/**
 * Base64 as bytes, leniently: what is not of the alphabet is skipped and padding may be missing. Never throws.
 *
 * @returns Bytes that the caller may keep.
 */
export const decodeBase64: (text: string) => Uint8Array<ArrayBuffer> =
  native === undefined ? decodeBase64Portable : (text) => native.from(text, 'base64');

/**
 * Base64 as bytes, or `undefined` for text that is damaged: with characters of no alphabet, padding in its middle, or a
 * length that no bytes have. The URL-safe alphabet, line breaks and missing padding are fine.
 *
 * @returns Bytes that the caller may keep.
 */
export function decodeIntactBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = decodeBase64(text);
  if (bytes.byteLength === intactByteLength(text)) return bytes;
  // Whitespace is the one harmless thing that makes a difference, and it is rare.
  const dense = text.replaceAll(/\s+/g, '');
  return bytes.byteLength === intactByteLength(dense) ? bytes : undefined;
}

/** How many bytes a text stands for if all of it is base64; -1 for a length that none have. */
function intactByteLength(text: string): number {
  let length = text.length;
  for (let padding = 0; padding < 2 && text.charCodeAt(length - 1) === PADDING; padding++) length--;
  return length % 4 === 1 ? -1 : Math.floor((length * 3) / 4);
}

/** {@link encodeBase64} without any help of the runtime. */
export function encodeBase64Portable(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const rest = bytes.length - index;
    const group = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    text += (rest > 1 ? ALPHABET.charAt((group >> 6) & 63) : '=') + (rest > 2 ? ALPHABET.charAt(group & 63) : '=');
  }
  return text;
}

/** {@link decodeBase64} without any help of the runtime. */
export function decodeBase64Portable(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let bitCount = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === PADDING) break;
    const value = code < 128 ? VALUES[code]! : -1;
    if (value < 0) continue;
    bits = (bits << 6) | value;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[length++] = (bits >> bitCount) & 0xff;
    }
  }
  return bytes.slice(0, length);
}
