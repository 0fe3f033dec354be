import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A WebSocket server on a free loopback port, and its address. */
export async function listenOnFreePort(): Promise<{ server: WebSocketServer; url: string }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port } = server.address() as AddressInfo;
  return { server, url: `ws://127.0.0.1:${port}` };
}
