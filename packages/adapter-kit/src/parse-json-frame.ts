import type { ProviderFrame } from '@speko/adapter';
import { parseExactJson } from '@speko/protocol/lean';
import { nestsDeeperThan } from './nests-deeper-than.ts';

/** A frame read as JSON, or the reason it could not be. */
export type JsonFrame =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

const decoder = new TextDecoder();

/** Levels of objects and lists in JSON that others wrote, beyond which it counts as unreadable. */
export const MAX_JSON_LEVELS = 200;

/**
 * Reads a frame, text or bytes, as JSON, with exact integers (`parseExactJson`). Never throws. A value of more than {@link MAX_JSON_LEVELS} levels is no value,
 * so that what is read may be walked, and written as JSON again, without running out of stack.
 */
export function parseJsonFrame(frame: ProviderFrame): JsonFrame {
  try {
    const value = parseExactJson(frameText(frame));
    return nestsDeeperThan(value, MAX_JSON_LEVELS)
      ? { ok: false, message: `nests deeper than ${MAX_JSON_LEVELS} levels` }
      : { ok: true, value };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : 'not JSON' };
  }
}

/** A frame as text; bytes are read as UTF-8, with a replacement character for what is not. */
export function frameText(frame: ProviderFrame): string {
  return typeof frame === 'string' ? frame : decoder.decode(frame);
}
