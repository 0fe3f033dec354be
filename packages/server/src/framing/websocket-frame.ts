import { randomFillSync } from 'node:crypto';

/**
 * WebSocket frames (RFC 6455 section 5.2) for the audio path, each built as one buffer: one write to the socket
 * instead of two, and no buffer in between. Everything that is not audio goes through the WebSocket library.
 */

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
const MASK_BIT = 0x80;
const SHORTEST_EXTENDED = 126;
const LONGEST_EXTENDED = 0xffff;

/** A whole binary message from a server: unmasked. */
export function binaryFrame(payload: Uint8Array): Buffer {
  const length = payload.byteLength;
  let offset = 2;
  if (length > LONGEST_EXTENDED) offset = 10;
  else if (length >= SHORTEST_EXTENDED) offset = 4;
  const frame = Buffer.allocUnsafe(offset + length);
  frame[0] = FINAL_BINARY;
  if (offset === 2) {
    frame[1] = length;
  } else if (offset === 4) {
    frame[1] = 126;
    frame[2] = length >>> 8;
    frame[3] = length & 0xff;
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length >>> 0, 6);
  }
  frame.set(payload, offset);
  return frame;
}

/**
 * A whole text message from a client: masked. `undefined` for what is not on the fast path, which is text of other
 * than 126 to 65535 bytes or beyond ASCII.
 */
export function maskedTextFrame(text: string): Buffer | undefined {
  const { length } = text;
  if (length < SHORTEST_EXTENDED || length > LONGEST_EXTENDED || Buffer.byteLength(text) !== length) return undefined;
  // With a header of eight bytes the payload is aligned for masking four bytes at a time.
  const frame = Buffer.allocUnsafe(8 + length);
  frame[0] = FINAL_TEXT;
  frame[1] = MASK_BIT | 126;
  frame[2] = length >>> 8;
  frame[3] = length & 0xff;
  frame.write(text, 8, 'latin1');
  applyMask(frame, 4);
  return frame;
}

const maskPool = new Int32Array(1024);
let nextMask = maskPool.length;

/** Writes a fresh key at `offset`, a multiple of four, and masks all that follows it. */
function applyMask(frame: Buffer, offset: number): void {
  if (nextMask === maskPool.length) {
    randomFillSync(maskPool);
    nextMask = 0;
  }
  const key = maskPool[nextMask++] ?? 0;
  if (frame.byteOffset % 4 !== 0) return maskBytes(frame, offset, key);
  const words = new Int32Array(frame.buffer, frame.byteOffset, frame.byteLength >> 2);
  const first = offset >> 2;
  words[first] = key;
  for (let index = first + 1; index < words.length; index++) words[index] = (words[index] ?? 0) ^ key;
  // The bytes after the last whole word; the key's bytes stand in the frame in the machine's own order.
  for (let index = words.length << 2; index < frame.byteLength; index++) {
    frame[index] = (frame[index] ?? 0) ^ (frame[offset + (index & 3)] ?? 0);
  }
}

function maskBytes(frame: Buffer, offset: number, key: number): void {
  frame.writeInt32LE(key, offset);
  for (let index = offset + 4; index < frame.byteLength; index++) {
    frame[index] = (frame[index] ?? 0) ^ (frame[offset + ((index - offset) & 3)] ?? 0);
  }
}
