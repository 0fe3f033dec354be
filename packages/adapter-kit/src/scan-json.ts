// Pieces of a JSON scanner that works on strings and on bytes alike, for messages too large or too many to parse.
import type { ProviderFrame } from '@speko/adapter';
import { asciiSlice, indexOfByte } from './ascii.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether `frame` holds exactly `expected`, which is ASCII, from `start` to `end`. Allocates nothing. */
export function equals(frame: ProviderFrame, start: number, end: number, expected: string): boolean {
  if (end - start !== expected.length) return false;
  if (typeof frame === 'string') return frame.startsWith(expected, start);
  for (let index = 0; index < expected.length; index++) {
    if (frame[start + index] !== expected.charCodeAt(index)) return false;
  }
  return true;
}

/** The character code or byte at a place; NaN or -1 behind the end. */
export function codeAt(frame: ProviderFrame, position: number): number {
  return typeof frame === 'string' ? frame.charCodeAt(position) : (frame[position] ?? -1);
}

/**
 * The closing quote of a string, or -1 where it holds an escape or does not end. Ids are short and looked through here;
 * audio is long and left to the runtime's own search.
 */
export function endOfString(frame: ProviderFrame, start: number): number {
  const nearEnd = Math.min(start + 64, frame.length);
  if (typeof frame === 'string') {
    for (let position = start; position < nearEnd; position++) {
      const code = frame.charCodeAt(position);
      if (code === QUOTE) return position;
      if (code === BACKSLASH) return -1;
    }
  } else {
    for (let position = start; position < nearEnd; position++) {
      const code = frame[position];
      if (code === QUOTE) return position;
      if (code === BACKSLASH) return -1;
    }
  }
  const end = indexOf(frame, QUOTE, nearEnd);
  const escape = indexOf(frame, BACKSLASH, nearEnd);
  return escape >= 0 && escape < end ? -1 : end;
}

function indexOf(frame: ProviderFrame, code: number, from: number): number {
  return typeof frame === 'string' ? frame.indexOf(String.fromCharCode(code), from) : indexOfByte(frame, code, from);
}

/** The first place from `from` on that is not white space. */
export function skipSpace(frame: ProviderFrame, from: number): number {
  let position = from;
  for (;;) {
    const code = codeAt(frame, position);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return position;
    position += 1;
  }
}

/** A stretch of ASCII as a string. */
export function sliceAscii(frame: ProviderFrame, start: number, end: number): string {
  return typeof frame === 'string' ? frame.slice(start, end) : asciiSlice(frame, start, end);
}
