import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askForRefusal } from './read-refusal.ts';

let server: Server;
let onUpgrade: (stream: Duplex) => void;
const streams: Duplex[] = [];
let asked: unknown[];

beforeEach(async () => {
  asked = [];
  server = createServer();
  server.on('upgrade', ({ url, headers }, stream: Duplex) => {
    asked.push([url, headers['sec-websocket-protocol']]);
    streams.push(stream.on('error', () => {}));
    onUpgrade(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  vi.useRealTimers();
  for (const stream of streams.splice(0)) stream.destroy();
  server.close();
  await once(server, 'close');
});

function ask(): Promise<unknown> {
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/realtime/s_1/ws`;
  return new Promise((resolve) => askForRefusal({ url, protocols: ['tok-1', 'speko.realtime.v1'] }, resolve));
}

test('[CN3] a runtime that does not tell why asks again, and reads the refusal', async () => {
  const body = '{"error":"Mint a new session.","code":"TOKEN_USED"}';
  onUpgrade = (stream) =>
    stream.end(`HTTP/1.1 401 No\r\ncontent-length: ${body.length}\r\nretry-after: 3\r\n\r\n${body}`);
  expect(await ask()).toMatchObject({ name: 'SpekoAuthError', code: 'TOKEN_USED', status: 401, retryAfterSeconds: 3 });
  expect(asked).toEqual([['/v1/realtime/s_1/ws', 'tok-1,speko.realtime.v1']]);
});

test.each<[string, (stream: Duplex) => void]>([
  [
    'takes it after all',
    (stream) => stream.write('HTTP/1.1 101 Ok\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
  ],
  ['hangs up', (stream) => stream.destroy()],
  ['writes no HTTP', (stream) => stream.end('what?\r\n\r\n')],
])('[CN3] nothing is learned of a gateway that %s', async (_, answer) => {
  onUpgrade = answer;
  expect(await ask()).toBe(undefined);
});

test('[CN3] a gateway that does not answer is waited for 2 s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const upgraded = new Promise<void>((resolve) => (onUpgrade = () => resolve()));
  const answer = ask();
  await upgraded;
  vi.advanceTimersByTime(2_000);
  expect(await answer).toBe(undefined);
});
