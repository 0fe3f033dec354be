import { MAX_MESSAGE_BYTES } from '@speko/protocol/lean';

/**
 * Says what is wrong with a text message that the gateway would end the session for.
 * @param text - The message as it would be sent.
 * @returns `undefined` when it fits
 * @see PROTOCOL.md rule EN7
 */
export function describeOversize(text: string): string | undefined {
  // A UTF-16 code unit takes at most three bytes, so most messages need no counting.
  if (text.length * 3 <= MAX_MESSAGE_BYTES) return undefined;
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes <= MAX_MESSAGE_BYTES) return undefined;
  return `too large: the message would have ${bytes} bytes, and a gateway takes at most ${MAX_MESSAGE_BYTES}`;
}
