import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Attack, Stage } from '../attack.ts';
import { Child } from '../harness/child.ts';
import { residentBytes } from '../harness/memory.ts';
import { megabytes } from '../harness/open-calls.ts';
import { pause, settledWithin } from '../harness/wait.ts';
import { BOUNDS } from '../verdict.ts';

const MS = 4_000;
const ANSWER_MS = 5_000;
/** The attacker is bounded itself. */
const MAX_BYTES = 600_000_000;
const READY =
  '{"t":"ready","inputSampleRate":24000,"outputSampleRate":24000,"provider":"x","model":"y","capabilities":{},"ignored":[]}';

/** What a bad gateway sends a client that made a call and reads slowly. */
const FLOODS: Readonly<Record<string, () => string | Buffer>> = {
  'frames nobody reads': () => `{"t":"transcript","role":"user","text":"${'x'.repeat(500)}","final":true,"turn":"u1"}`,
  'audio nobody reads': () => Buffer.alloc(9600),
  'unknown frames': () => `{"t":"novelty","x":"${'x'.repeat(2000)}"}`,
  'one huge frame after the other': () => `{"t":"novelty","x":"${'x'.repeat(90_000_000)}"}`,
  'tool calls': callTool,
};
let calls = 0;
function callTool(): string {
  return `{"t":"tool_call","callId":"c${++calls}","name":"lookup","arguments":"{}"}`;
}

export const nodeClient: Attack = {
  name: 'node-client-flooded',
  who: 'a gateway',
  does: 'floods the Node client with frames, and answers its REST calls with a body that has no end',
  alone: 'the victim is a client',
  gateway: 'none',
  async run(stage) {
    let sent = 0;
    for (const [name, message] of Object.entries(FLOODS)) sent += await flood(name, message, stage);
    sent += await endlessBody(stage);
    return megabytes(sent);
  },
};

async function flood(name: string, message: () => string | Buffer, stage: Stage): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  let sent = 0;
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.send(READY);
    void pour(socket, message, (bytes) => (sent += bytes) < MAX_BYTES);
  });
  const { port } = server.address() as AddressInfo;
  await watch(name, { wsUrl: `ws://127.0.0.1:${port}/v1/realtime/x/ws` }, stage);
  for (const socket of server.clients) socket.terminate();
  server.close();
  return sent;
}

async function pour(
  socket: WebSocket,
  message: () => string | Buffer,
  mayGoOn: (bytes: number) => boolean,
): Promise<void> {
  for (;;) {
    if (socket.readyState !== socket.OPEN) return;
    for (let index = 0; index < 100 && socket.bufferedAmount < 1e6; index++) {
      const next = message();
      socket.send(next);
      if (!mayGoOn(next.length)) return;
    }
    await pause(1);
  }
}

async function endlessBody(stage: Stage): Promise<number> {
  let sent = 0;
  const filler = 'x'.repeat(65_536);
  const pourInto = (response: ServerResponse): void => {
    while (sent < MAX_BYTES && response.write(filler)) sent += filler.length;
    response.once('drain', () => pourInto(response));
  };
  const server = createServer((_incoming, response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    pourInto(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await watch('an answer without an end', { baseUrl: `http://127.0.0.1:${port}` }, stage);
  server.closeAllConnections();
  server.close();
  return sent;
}

/** The client in a process of its own, and how large it gets. */
async function watch(name: string, options: object, { signal, expect }: Stage): Promise<void> {
  const client = await Child.start('node-client', options);
  const base = (await residentBytes(client.pid)) ?? 0;
  await client.ask('go');
  let peak = base;
  const deadline = performance.now() + MS;
  while (performance.now() < deadline && !signal.aborted) {
    peak = Math.max(peak, (await residentBytes(client.pid)) ?? 0);
    await pause(20, signal);
  }
  const unhandled = await settledWithin(ANSWER_MS, client.ask<number>('unhandled'));
  expect(unhandled !== undefined, `${name}: the client stood still, or died`);
  expect((unhandled ?? 0) === 0, `${name}: ${unhandled} errors were handled by nobody`);
  const grew = peak - base;
  expect(grew <= BOUNDS.growthBytes, `${name}: the client grew by ${Math.round(grew / 1e6)} MB`);
  client.stop();
}
