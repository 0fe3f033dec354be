import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts an answer for storage, so that a repeat of the request can be given the very same one: it holds a token,
 * and tokens are never stored in the clear. The caller's API key opens it, and that is stored nowhere either.
 * @see PROTOCOL.md rules ID1 and LM1
 */
export function sealResponse(response: string, apiKey: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, sealingKey(apiKey), iv);
  const sealed = Buffer.concat([cipher.update(response, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** The answer that {@link sealResponse} was given. Throws when it was sealed with another key or is damaged. */
export function openResponse(sealed: string, apiKey: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv(CIPHER, sealingKey(apiKey), bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return opened.toString('utf8');
}

function sealingKey(apiKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', apiKey, '', 'speko idempotent response', 32));
}
