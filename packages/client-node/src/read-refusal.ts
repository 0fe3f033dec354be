import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { toApiError, type SpekoError } from '@speko/client-core';

/** More of a refusal's body is not read. */
const MAX_REFUSAL_BYTES = 65_536;
/** The gateway has just answered once. */
const ASK_TIMEOUT_MS = 2_000;

/** Reads the answer of a gateway that did not upgrade: HTTP with the JSON body of any other error. */
export function readRefusal(response: IncomingMessage, onRead: (refusal: SpekoError) => void): void {
  let body = '';
  const finish = (): void =>
    onRead(toApiError({ status: response.statusCode ?? 0, body, retryAfter: response.headers['retry-after'] }));
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    if (body.length > MAX_REFUSAL_BYTES) response.destroy();
  });
  response.on('error', () => {}); // `close` follows
  response.once('close', finish);
}

/**
 * Asks again for a WebSocket that was refused, and reads why: for runtimes that tell no more than that it was, such as Bun
 * before 1.4. Where the gateway takes it this time, the connection is cut, and the session is spent.
 * @param onAnswer - Called once; with `undefined` where nothing was learned within 2 s.
 */
export function askForRefusal(
  { url, protocols }: { readonly url: string; readonly protocols: readonly string[] },
  onAnswer: (refusal: SpekoError | undefined) => void,
): void {
  const address = new URL(url.replace(/^ws/, 'http'));
  const options: RequestOptions = {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.from('speko refused us').toString('base64'),
      'sec-websocket-protocol': protocols.join(','),
    },
    timeout: ASK_TIMEOUT_MS,
  };
  let isAnswered = false;
  const answer = (refusal?: SpekoError): void => {
    if (isAnswered) return;
    isAnswered = true;
    clearTimeout(timer);
    request.destroy();
    onAnswer(refusal);
  };
  const request = address.protocol === 'https:' ? requestHttps(address, options) : requestHttp(address, options);
  const timer = setTimeout(answer, ASK_TIMEOUT_MS);
  request.on('response', (response) => readRefusal(response, answer));
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    answer();
  });
  request.on('error', () => answer());
  request.end();
}
