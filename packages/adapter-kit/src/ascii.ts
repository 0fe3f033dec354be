import { nativeBuffer } from './native-buffer.ts';

// A separate constant, so that closures see that it is not undefined.
const native = nativeBuffer;

/**
 * A stretch of ASCII bytes as a string.
 *
 * @param start - Index of the first byte.
 * @param end - Index behind the last byte.
 */
export const asciiSlice: (bytes: Uint8Array, start: number, end: number) => string =
  native === undefined
    ? asciiSlicePortable
    : (bytes, start, end) => native.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');

/**
 * Where a byte occurs, from `from` on; -1 where it does not. `Uint8Array` has the same method, but on Node it is fifty
 * times slower than the one of `Buffer`.
 */
export const indexOfByte: (bytes: Uint8Array, byte: number, from: number) => number =
  native === undefined
    ? (bytes, byte, from) => bytes.indexOf(byte, from)
    : (bytes, byte, from) => native.prototype.indexOf.call(bytes, byte, from);

/** {@link asciiSlice} without any help of the runtime. */
export function asciiSlicePortable(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let index = start; index < end; index++) text += String.fromCharCode(bytes[index]!);
  return text;
}
