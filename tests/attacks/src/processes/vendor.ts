// A vendor that means ill, in the dialect of whoever dials it. What it saw is asked for over HTTP, by whichever process needs
// to know.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';
import { type WebSocket, WebSocketServer } from 'ws';
import { BACKGROUND } from '../harness/priority.ts';
import type { Dialect } from '../vendor/dialect.ts';
import { googleDialect } from '../vendor/google-dialect.ts';
import { openAIDialect } from '../vendor/openai-dialect.ts';
import { type VendorStats, VendorSession } from '../vendor/vendor-session.ts';
import { serveParent } from './serve-parent.ts';

setPriority(BACKGROUND);

const statsByModel = new Map<string, VendorStats>();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 });
const server = createServer((incoming, response) => {
  const model = new URL(incoming.url ?? '/', 'http://vendor').searchParams.get('model') ?? '';
  response.setHeader('content-type', 'application/json').end(JSON.stringify(statsOf(model)));
});

server.on('upgrade', (incoming, socket, head) => {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://vendor');
  sockets.handleUpgrade(incoming, socket, head, (connection) => {
    connection.on('error', () => undefined);
    if (pathname.startsWith('/google')) serveGoogle(connection);
    else
      serve(connection, openAIDialect(pathname.startsWith('/xai') ? 'xai' : 'openai'), searchParams.get('model') ?? '');
  });
});

function serve(connection: WebSocket, dialect: Dialect, model: string): VendorSession {
  const session = new VendorSession(connection, dialect, model, statsOf(model));
  for (const message of dialect.greet(model)) connection.send(message);
  connection.on('message', (data: Buffer) => session.receive(data.toString('utf8')));
  return session;
}

/** The model is in the first message. */
function serveGoogle(connection: WebSocket): void {
  connection.once('message', (data: Buffer) => {
    const message = data.toString('utf8');
    const model = /"model":"models\/([^"]+)"/.exec(message)?.[1] ?? '';
    serve(connection, googleDialect(), model).receive(message);
  });
}

function statsOf(model: string): VendorStats {
  const known = statsByModel.get(model);
  if (known !== undefined) return known;
  const fresh = { connections: 0, audioMessages: 0, audioBytes: 0, gaps: 0, otherBytes: 0, sentBytes: 0 };
  statsByModel.set(model, fresh);
  return fresh;
}

const listening = new Promise<string>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
});
serveParent({ start: () => listening, address: () => listening });
