import { randomBytes } from 'node:crypto';

/** Base32 whose characters sort as their values do. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 10;
/** 100 bits. */
const RANDOM_CHARACTERS = 20;

/** A session id: unguessable, and ids sort as text by the millisecond they were made in. */
export function mintSessionId(nowMs: number): string {
  return `ses_${encodeTime(nowMs)}${encodeRandom()}`;
}

function encodeTime(nowMs: number): string {
  let text = '';
  for (let rest = Math.floor(nowMs); text.length < TIME_CHARACTERS; rest = Math.floor(rest / 32)) {
    text = character(rest % 32) + text;
  }
  return text;
}

function encodeRandom(): string {
  // 256 is a multiple of 32: every character is equally likely.
  return Array.from(randomBytes(RANDOM_CHARACTERS), (byte) => character(byte % 32)).join('');
}

function character(value: number): string {
  return ALPHABET.charAt(value);
}
