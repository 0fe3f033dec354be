import { isUtf8 } from 'node:buffer';

/** The shortest frame is longer; what is shorter could be a few samples. */
const SHORTEST = 8;
/** White space that is looked through before the first bracket. */
const MAX_SPACE = 64;

/**
 * Whether a binary message is JSON that should have been text: after a byte order mark, white space and perhaps `[` it
 * begins with `{` and `"`, and all of it is text, which is UTF-8 without control characters (a final NUL apart). Of
 * messages of speech one in 65,536 begins so; that 10 ms of it are text throughout does not happen.
 */
export function isJsonSentAsAudio(data: Buffer): boolean {
  // Asked with every message of audio: the first byte decides for nearly all of them.
  return mayBegin(data[0]) && data.byteLength >= SHORTEST && beginsLikeJson(data) && isText(data);
}

function mayBegin(byte: number | undefined): boolean {
  return byte === 0x7b || byte === 0x5b || byte === 0xef || isSpace(byte);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function beginsLikeJson(data: Buffer): boolean {
  const hasMark = data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf;
  let at = skipSpace(data, hasMark ? 3 : 0);
  if (data[at] === 0x5b) at = skipSpace(data, at + 1);
  return data[at] === 0x7b && data[skipSpace(data, at + 1)] === 0x22;
}

function skipSpace(data: Buffer, from: number): number {
  let at = from;
  while (at - from < MAX_SPACE && isSpace(data[at])) at += 1;
  return at;
}

function isText(data: Buffer): boolean {
  const end = data.at(-1) === 0 ? data.byteLength - 1 : data.byteLength;
  for (let at = 0; at < end; at++) {
    const byte = data[at] ?? 0;
    if ((byte < 0x20 && !isSpace(byte)) || byte === 0x7f) return false;
  }
  return isUtf8(data.subarray(0, end));
}
