import type { ProviderFrame } from '@speko/adapter';
import { codeAt, endOfString, equals, skipSpace } from './scan-json.ts';

/** Options of a scanner. */
export interface FlatScannerOptions {
  /** Values of the `type` field that are wanted; a frame of any other type is left at once. */
  readonly types: readonly string[];
  /** Names of the string fields whose places are wanted; all must be there. */
  readonly fields: readonly string[];
}

/**
 * Finds string fields of a flat JSON object without parsing it, so that audio inside JSON need not become a tree of
 * values first. It recognises the usual form only: an object of strings without escapes, numbers, booleans and nulls,
 * in any order. For anything else (an escape, a nested value, a wrong byte) it gives up and the caller parses.
 */
export interface FlatScanner {
  /**
   * Looks through one frame. The places found stay readable until the next call.
   *
   * @returns Whether the frame is of a wanted type and has every wanted field.
   */
  scan(frame: ProviderFrame): boolean;
  /** Where the value of the `index`-th wanted field begins: its first character after the quote. */
  start(index: number): number;
  /** Where it ends: its closing quote. */
  end(index: number): number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Makes a scanner; it holds no more than the places of the last frame, so one serves a whole session. */
export function createFlatScanner({ types, fields }: FlatScannerOptions): FlatScanner {
  const starts = new Int32Array(fields.length);
  const ends = new Int32Array(fields.length);

  function scan(frame: ProviderFrame): boolean {
    ends.fill(-1);
    let isTypeWanted = false;
    let position = skipSpace(frame, 0);
    if (codeAt(frame, position) !== OPEN_BRACE) return false;
    position = skipSpace(frame, position + 1);
    for (;;) {
      if (codeAt(frame, position) !== QUOTE) return false;
      const keyStart = position + 1;
      const keyEnd = endOfString(frame, keyStart);
      if (keyEnd < 0) return false;
      position = skipSpace(frame, keyEnd + 1);
      if (codeAt(frame, position) !== COLON) return false;
      position = skipSpace(frame, position + 1);

      if (codeAt(frame, position) === QUOTE) {
        const valueStart = position + 1;
        const valueEnd = endOfString(frame, valueStart);
        if (valueEnd < 0) return false;
        if (equals(frame, keyStart, keyEnd, 'type')) {
          isTypeWanted = isOneOf(frame, valueStart, valueEnd, types);
          if (!isTypeWanted) return false;
        } else {
          for (let index = 0; index < fields.length; index++) {
            if (equals(frame, keyStart, keyEnd, fields[index]!)) {
              starts[index] = valueStart;
              ends[index] = valueEnd;
              break;
            }
          }
        }
        position = valueEnd + 1;
      } else {
        const valueStart = position;
        while (isLiteralCode(codeAt(frame, position))) position += 1;
        if (position === valueStart) return false;
      }

      position = skipSpace(frame, position);
      const next = codeAt(frame, position);
      position = skipSpace(frame, position + 1);
      if (next === CLOSE_BRACE) return isTypeWanted && position === frame.length && !ends.includes(-1);
      if (next !== COMMA) return false;
    }
  }

  return { scan, start: (index) => starts[index] ?? -1, end: (index) => ends[index] ?? -1 };
}

function isOneOf(frame: ProviderFrame, start: number, end: number, candidates: readonly string[]): boolean {
  for (const candidate of candidates) if (equals(frame, start, end, candidate)) return true;
  return false;
}

/** Digits, letters and signs: what numbers, `true`, `false` and `null` are made of. */
function isLiteralCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x2d ||
    code === 0x2b ||
    code === 0x2e ||
    code === 0x45
  );
}
