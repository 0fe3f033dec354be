import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HTTP_ERRORS, type HttpErrorCode } from '@speko/protocol';
import type { Clock } from '../clock.ts';

/** How long a refused peer may take to read the answer and hang up. */
const LINGER_MS = 2000;

export interface UpgradeRefusal {
  readonly code: HttpErrorCode;
  /** One sentence that tells the caller what to do. */
  readonly message: string;
}

/** Answers an upgrade request with a plain HTTP error and closes: a bad token never becomes a WebSocket. */
export function refuseUpgrade(stream: Duplex, { code, message }: UpgradeRefusal, clock: Clock): void {
  const { status, retryAfter } = HTTP_ERRORS[code];
  const body = JSON.stringify({ error: message, code });
  stream.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(retryAfter ? ['Retry-After: 1'] : []),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  // What the peer still sends is read and dropped: closing on unread data would reset the connection before the answer
  // is read, and the peer's own close would never be seen. A peer that stays is cut off.
  stream.resume();
  const linger = clock.setTimer(() => stream.destroy(), LINGER_MS);
  stream.once('close', () => linger.cancel());
}
