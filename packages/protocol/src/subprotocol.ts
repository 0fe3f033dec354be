/**
 * Version of this protocol as a WebSocket subprotocol. A client offers it after its token; the server then
 * selects it, so that the token is not echoed.
 * @see PROTOCOL.md rule HS2
 */
export const SUBPROTOCOL = 'speko.realtime.v1';

const TOKEN_PATTERN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether `value` may stand in `Sec-WebSocket-Protocol`: one or more `tchar` of RFC 7230, so no space, `=` or `/`. */
export function isSubprotocolToken(value: string): boolean {
  return TOKEN_PATTERN.test(value);
}
