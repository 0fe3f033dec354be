import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HTTP_ERRORS, type HttpErrorCode } from '@speko/protocol';

/** Answers an upgrade request with a plain HTTP error and closes: a bad token never becomes a WebSocket. */
export function refuseUpgrade(stream: Duplex, code: HttpErrorCode, message: string): void {
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
}
