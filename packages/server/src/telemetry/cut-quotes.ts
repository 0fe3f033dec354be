const REPLACEMENT = '[redacted]';
/** What is as long as this, or is all of a text, was quoted and not said by chance. Characters of the message. */
const MIN_QUOTE_CHARS = 24;
/** Compared without punctuation and spaces, in pieces of this length: shorter texts are words that anybody may say. */
const GRAM_CHARS = 12;
const FACTOR = 0x01000193;
const FILTER_SIZE = 65_536;

/**
 * Replaces by `[redacted]` what a message quotes from `texts`: what it shares with one of them for 24 characters or
 * more, and shorter texts as a whole. Escapes, line breaks, quotation marks and case make no difference, nor does what
 * was left out in the middle or at the end. Takes time in proportion to the length of both.
 */
export function cutQuotes(message: string, texts: Iterable<string>): string {
  const words = normalise(message);
  const grams = gramsOf(words);
  const isShared = new Uint8Array(words.length);
  const isQuoted = new Uint8Array(words.length);
  for (const text of texts) {
    const own = normalise(text);
    if (text.trim().length < MIN_QUOTE_CHARS) markWhole(own, words, grams, isQuoted);
    else markShared(own, words, grams, isShared);
  }
  for (const run of runsOf(isShared)) if (spanOf(run, words) >= MIN_QUOTE_CHARS) isQuoted.fill(1, run.from, run.to);
  let clean = '';
  let at = 0;
  for (const run of runsOf(isQuoted)) {
    clean += message.slice(at, words.starts[run.from]) + REPLACEMENT;
    at = words.ends[run.to - 1] ?? message.length;
  }
  return clean + message.slice(at);
}

/** Letters and digits only, and where they stood: an escaped one with its escape. */
interface Normalised {
  readonly codes: Uint16Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly length: number;
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** The pieces of a message. */
interface Grams {
  /** By their hash: where they stand. */
  readonly places: ReadonlyMap<number, readonly number[]>;
  /** Whether there may be one of that hash, by its last 16 bits: most pieces of a text are told apart by this alone. */
  readonly filter: Uint8Array;
  /** Those that were marked already. */
  readonly marked: Set<number>;
}

function normalise(text: string): Normalised {
  const codes = new Uint16Array(text.length);
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at);
    const from = at;
    if (code === 0x5c) {
      // `\n` and `\\n` are what JSON makes of a line break, once and twice: the letter is none.
      while (text.charCodeAt(at + 1) === 0x5c) at += 1;
      const unicode = /^u[\da-f]{4}/i.exec(text.slice(at + 1, at + 6));
      at += unicode === null ? 1 : 5;
      if (unicode === null) continue;
      code = Number.parseInt(text.slice(at - 3, at + 1), 16);
    }
    const plain = plainCode(code);
    if (plain === 0) continue;
    codes[length] = plain;
    starts[length] = from;
    ends[length] = at + 1;
    length += 1;
  }
  return { codes, starts, ends, length };
}

/** The code of a letter or digit in lower case, 0 for everything else. */
function plainCode(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code;
  if (code >= 0x30 && code <= 0x39) return code;
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  const isLetter = code >= 0xc0 && !(code >= 0x2000 && code <= 0x206f) && !(code >= 0x3000 && code <= 0x303f);
  return isLetter ? code : 0;
}

function gramsOf(words: Normalised): Grams {
  const places = new Map<number, number[]>();
  const filter = new Uint8Array(FILTER_SIZE);
  forEachGram(words, (hash, at) => {
    const known = places.get(hash);
    if (known === undefined) places.set(hash, [at]);
    else known.push(at);
    filter[hash & (FILTER_SIZE - 1)] = 1;
  });
  return { places, filter, marked: new Set() };
}

function forEachGram({ codes, length }: Normalised, visit: (hash: number, at: number) => void): void {
  let dropped = 1;
  for (let index = 0; index < GRAM_CHARS; index++) dropped = Math.imul(dropped, FACTOR);
  let hash = 0;
  for (let end = 0; end < length; end++) {
    hash = (Math.imul(hash, FACTOR) + (codes[end] ?? 0)) | 0;
    if (end >= GRAM_CHARS) hash = (hash - Math.imul(dropped, codes[end - GRAM_CHARS] ?? 0)) | 0;
    if (end >= GRAM_CHARS - 1) visit(hash, end - GRAM_CHARS + 1);
  }
}

function markShared(own: Normalised, words: Normalised, grams: Grams, isShared: Uint8Array): void {
  forEachGram(own, (hash, at) => {
    if (grams.filter[hash & (FILTER_SIZE - 1)] === 0 || grams.marked.has(hash)) return;
    const places = grams.places.get(hash);
    const first = places?.[0];
    if (places === undefined || first === undefined || !isSame(own, at, words, first, GRAM_CHARS)) return;
    for (const place of places) isShared.fill(1, place, place + GRAM_CHARS);
    grams.marked.add(hash);
  });
}

function markWhole(own: Normalised, words: Normalised, grams: Grams, isQuoted: Uint8Array): void {
  let isFirst = true;
  forEachGram(own, (hash) => {
    if (!isFirst) return;
    isFirst = false;
    for (const place of grams.places.get(hash) ?? [])
      if (isSame(own, 0, words, place, own.length)) isQuoted.fill(1, place, place + own.length);
  });
}

function isSame(own: Normalised, ownAt: number, words: Normalised, at: number, length: number): boolean {
  if (at + length > words.length) return false;
  for (let index = 0; index < length; index++) {
    if (own.codes[ownAt + index] !== words.codes[at + index]) return false;
  }
  return true;
}

function* runsOf(marks: Uint8Array): Generator<Run> {
  for (let from = marks.indexOf(1); from !== -1;) {
    const end = marks.indexOf(0, from);
    const to = end === -1 ? marks.length : end;
    yield { from, to };
    from = marks.indexOf(1, to);
  }
}

function spanOf({ from, to }: Run, { starts, ends }: Normalised): number {
  return (ends[to - 1] ?? 0) - (starts[from] ?? 0);
}
