import type { ProviderFrame } from '@speko/adapter';

/** A frame read as JSON, or the reason it could not be. */
export type JsonFrame =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

const decoder = new TextDecoder();

/** Reads a frame, text or bytes, as JSON. Never throws. */
export function parseJsonFrame(frame: ProviderFrame): JsonFrame {
  try {
    const value: unknown = JSON.parse(frameText(frame));
    return { ok: true, value };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : 'not JSON' };
  }
}

/** A frame as text; bytes are read as UTF-8, with a replacement character for what is not. */
export function frameText(frame: ProviderFrame): string {
  return typeof frame === 'string' ? frame : decoder.decode(frame);
}
