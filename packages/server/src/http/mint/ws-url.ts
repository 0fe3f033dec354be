import { realtimePath } from '@speko/protocol';
import { isHost } from '../../auth/own-origin.ts';

/** Where the client reached us, for a gateway that has no public URL set. */
export interface RequestOrigin {
  /** `http` or `https`. */
  readonly protocol: string;
  /** Host and port; empty when the request named none. */
  readonly host: string;
  /** Address and port the request arrived at. */
  readonly localHost: string;
}

/**
 * The absolute WebSocket URL of a session.
 * @see PROTOCOL.md rule RS13
 */
export function wsUrl(sessionId: string, publicUrl: string | undefined, request: RequestOrigin): string {
  const path = realtimePath(sessionId);
  if (publicUrl !== undefined) return publicUrl.replace(/^http/i, 'ws').replace(/\/+$/, '') + path;
  const scheme = request.protocol === 'https' ? 'wss' : 'ws';
  return `${scheme}://${isHost(request.host) ? request.host : request.localHost}${path}`;
}
