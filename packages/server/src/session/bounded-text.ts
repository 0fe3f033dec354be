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

/** How long a text is where it stands in JSON, bytes of UTF-8 without the quotation marks: escapes as they are written. */
export function jsonBytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index) ?? 0;
    bytes += jsonBytesOf(code);
    if (code > 0xffff) index += 1;
  }
  return bytes;
}

/** {@link boundText} for a text that is bounded where it stands in JSON. */
export function boundJsonText(text: string, maxBytes: number): string {
  // No code unit takes more than six bytes.
  if (text.length * 6 <= maxBytes) return text;
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index) ?? 0;
    bytes += jsonBytesOf(code);
    if (bytes > maxBytes) return text.slice(0, index);
    if (code > 0xffff) index += 1;
  }
  return text;
}

/** How `JSON.stringify` writes a character: control characters and halves of pairs as an escape of six. */
function jsonBytesOf(code: number): number {
  if (code < 0x20) return SHORT_ESCAPES.has(code) ? 2 : 6;
  if (code === 0x22 || code === 0x5c) return 2;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code > 0xffff) return 4;
  return code >= 0xd800 && code <= 0xdfff ? 6 : 3;
}

/** `\b`, `\t`, `\n`, `\f` and `\r`. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set([8, 9, 10, 12, 13]);
