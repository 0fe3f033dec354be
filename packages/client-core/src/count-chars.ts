import type { SessionFrame } from './session-frames.ts';

/** How much text a frame holds, in UTF-16 code units; what cannot be counted is more than any bound. */
export function countChars(frame: SessionFrame): number {
  let chars = 0;
  for (const value of Object.values(frame) as unknown[]) {
    if (typeof value === 'string') chars += value.length;
    // Only `ready` has such a field, and frames of a gateway that is ahead of us, or broken.
    else if (typeof value === 'object') chars += jsonLength(value);
  }
  return chars;
}

function jsonLength(value: object | null): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Infinity; // nested too deeply
  }
}
