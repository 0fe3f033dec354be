import type { ProviderErrorEvent } from '@speko/adapter';

/** A text that fits, and what to tell the client where it did not. */
export interface ShortenedText {
  /** The text, or its beginning and words for the model that say so; never half a character. */
  readonly text: string;
  /** Empty for a text that fits; else one error that is not fatal. */
  readonly events: readonly ProviderErrorEvent[];
}

/**
 * Cuts a text for a vendor that takes less than the gateway.
 *
 * @param maxChars - What the vendor takes, in UTF-16 code units; 100 or more.
 * @param about - The text, for people, as a sentence begins: `The result of tool call "a"`.
 */
export function shortenText(text: string, maxChars: number, about: string): ShortenedText {
  if (text.length <= maxChars) return { text, events: [] };
  const note = `\n[Cut off here: ${text.length} characters were too many.]`;
  const kept = text.slice(0, maxChars - note.length).replace(/[\uD800-\uDBFF]$/, '');
  return {
    text: kept + note,
    events: [
      {
        type: 'provider-error',
        code: 'INVALID_REQUEST',
        message: `${about} has ${text.length} characters and the provider takes ${maxChars}: the model got the beginning, and is told so. Send less.`,
        fatal: false,
        retryable: false,
      },
    ],
  };
}
