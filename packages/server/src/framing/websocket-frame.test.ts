import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { binaryFrame, maskedTextFrame } from './websocket-frame.ts';

/** A connection between two sockets of the library; frames are written beside them, straight to the streams. */
let server: WebSocketServer;
let client: WebSocket;
let peer: WebSocket;
let toClient: Duplex;
let toServer: Duplex;

beforeAll(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.once('upgrade', (response) => (toServer = response.socket));
  const opened = once(client, 'open');
  const [socket, request] = (await once(server, 'connection')) as [WebSocket, IncomingMessage];
  peer = socket;
  toClient = request.socket;
  await opened;
});

afterAll(() => {
  client.terminate();
  server.close();
});

async function receive(
  stream: Duplex,
  frame: Buffer,
  receiver: WebSocket,
): Promise<{ data: Buffer; isBinary: boolean }> {
  const message = once(receiver, 'message');
  stream.write(frame);
  const [data, isBinary] = (await message) as [Buffer, boolean];
  return { data, isBinary };
}

test.each([0, 1, 125, 126, 127, 960, 65_535, 65_536, 200_000])(
  '[SF4] a binary frame of %i bytes is read back bit for bit',
  async (length) => {
    const payload = randomBytes(length);
    const { data, isBinary } = await receive(toClient, binaryFrame(payload), client);
    expect(isBinary).toBe(true);
    expect(data.equals(payload)).toBe(true);
  },
);

test.each([126, 127, 128, 129, 1325, 65_535])(
  '[CF1] a masked text frame of %i bytes is read back, whatever its remainder',
  async (length) => {
    const text = 'abcdefg'.repeat(length).slice(0, length);
    const frame = maskedTextFrame(text);
    expect(frame).toBeDefined();
    const { data, isBinary } = await receive(toServer, frame ?? Buffer.alloc(0), peer);
    expect(isBinary).toBe(false);
    expect(data.toString('latin1')).toBe(text);
  },
);

test('a text that is too short, too long or beyond ASCII is left to the library', () => {
  expect(maskedTextFrame('a'.repeat(125))).toBeUndefined();
  expect(maskedTextFrame('a'.repeat(65_536))).toBeUndefined();
  expect(maskedTextFrame(`${'a'.repeat(200)}é`)).toBeUndefined();
});

test('every frame has a key of its own', () => {
  const keys = new Set(Array.from({ length: 3000 }, () => maskedTextFrame('a'.repeat(200))?.readInt32LE(4)));
  expect(keys.size).toBeGreaterThan(2990);
});
