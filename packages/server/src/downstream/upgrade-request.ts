import type { IncomingMessage } from 'node:http';
import { isSubprotocolToken, SUBPROTOCOL } from '@speko/protocol';
import { hasTwoHosts } from '../auth/own-origin.ts';

/** An upgrade request read: its wish, or the complaint to answer with. */
export type UpgradeRequest =
  | {
      readonly type: 'session';
      readonly sessionId: string;
      readonly token: string | undefined;
      readonly speaksExtensions: boolean;
    }
  | { readonly type: 'refused'; readonly code: 'NOT_FOUND' | 'VALIDATION_ERROR'; readonly message: string };

const PATH = /^\/v1\/realtime\/([\w-]{1,128})\/ws$/;
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/**
 * Reads a WebSocket upgrade: session id from the path, token from the first subprotocol. The handshake itself is
 * checked here too, so that a request which cannot succeed does not use up its token.
 * @see PROTOCOL.md, handshake rules; RFC 6455 section 4.2.1
 */
export function readUpgradeRequest(request: IncomingMessage): UpgradeRequest {
  const { headers, method, url = '' } = request;
  const sessionId = PATH.exec(url.split('?', 1)[0] ?? '')?.[1];
  if (sessionId === undefined) {
    return {
      type: 'refused',
      code: 'NOT_FOUND',
      message: 'There is no WebSocket here. Open the wsUrl that POST /v1/sessions returned.',
    };
  }
  if (hasTwoHosts(request))
    return {
      type: 'refused',
      code: 'VALIDATION_ERROR',
      message: 'This request has more than one Host header; send one.',
    };
  const version = headers['sec-websocket-version'];
  if (
    method !== 'GET' ||
    headers.upgrade?.toLowerCase() !== 'websocket' ||
    version !== '13' ||
    !KEY.test(headers['sec-websocket-key'] ?? '')
  ) {
    return {
      type: 'refused',
      code: 'VALIDATION_ERROR',
      message: 'This is not a WebSocket handshake of version 13 (RFC 6455). Use a WebSocket client library.',
    };
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  if (offered.length > 1 && (new Set(offered).size < offered.length || !offered.every(isSubprotocolToken))) {
    return {
      type: 'refused',
      code: 'VALIDATION_ERROR',
      message: 'The offered subprotocols are malformed: send the wsToken first, each value once, apart by commas.',
    };
  }
  const [token] = offered;
  return {
    type: 'session',
    sessionId,
    token: token !== undefined && token !== SUBPROTOCOL && isSubprotocolToken(token) ? token : undefined,
    speaksExtensions: offered.includes(SUBPROTOCOL),
  };
}
