/**
 * The beginning of a text, at most `maxBytes` of UTF-8 long; no character is cut in two. What is short enough is
 * returned as it is.
 */
export function boundText(text: string, maxBytes: number): string {
  // No code unit takes more than three bytes.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text);
  let end = maxBytes;
  while (end > 0 && isInsideCharacter(bytes[end] ?? 0)) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** Whether a byte continues a character of UTF-8. */
function isInsideCharacter(byte: number): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}
