const HOW_TO_SEND = 'Send one JSON object per text message, and audio in binary messages of 20 to 100 ms.';

/** Answer to a client's message over the limit. */
export function tooLong(byteLength: number, maxBytes: number): string {
  return `A message of ${byteLength} bytes was not read: a message has at most ${maxBytes} bytes. ${HOW_TO_SEND}`;
}

/** What to tell a client for whose bytes the WebSocket layer ends the connection. @param code - the close code it gives */
export function unreadable(code: number, cutOffBytes: number): string {
  if (code === 1009) return `A message of over ${cutOffBytes} bytes was cut off. ${HOW_TO_SEND}`;
  if (code === 1007) return `A text message is not UTF-8. ${HOW_TO_SEND}`;
  return `What arrived is no valid WebSocket message (${code}). ${HOW_TO_SEND}`;
}
