import { createHash, randomBytes } from 'node:crypto';

/** Inputs of one WebSocket. */
export interface MintedToken {
  /** Goes to the client and nowhere else. Only `tchar` of RFC 7230, so that it may stand as a subprotocol. */
  readonly token: string;
  readonly tokenHash: string;
}

/** Recognisable, so that a token that strays into a log line is found and removed. */
export const TOKEN_PREFIX = 'wst_';

/** A random token of 256 bits. */
export function mintToken(): MintedToken {
  const token = TOKEN_PREFIX + randomBytes(32).toString('base64url');
  return { token, tokenHash: hashToken(token) };
}

/** SHA-256 of a token's text, in hexadecimal: what the store keeps and looks up. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
