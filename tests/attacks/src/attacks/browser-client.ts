import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Attack, Stage } from '../attack.ts';
import { Child } from '../harness/child.ts';
import { pause } from '../harness/wait.ts';
import type { BrowserClientReport } from '../processes/browser-client.ts';

const READY = JSON.stringify({
  t: 'ready',
  inputSampleRate: 24_000,
  outputSampleRate: 24_000,
  provider: 'x',
  model: 'y',
  capabilities: {},
  ignored: [],
});
const MS = 8_000;
/** Growing waits leave room for a few. */
const MOST_SESSIONS = 8;

const ENDS: Readonly<Record<string, (socket: WebSocket) => void>> = {
  'the line breaks': (socket) => setTimeout(() => socket.terminate(), 30),
  'the gateway restarts': (socket) => {
    socket.send('{"t":"end","reason":"server_shutdown"}');
    socket.close(1012, 'server_shutdown');
  },
  'the provider fails': (socket) => {
    socket.send('{"t":"end","reason":"provider_error"}');
    socket.close(1011, 'provider_error');
  },
};

export const browserClient: Attack = {
  name: 'browser-client-cut',
  who: 'a gateway, a network',
  does: 'lets the browser client get ready and then ends its connection, each time',
  alone: 'the victim is a client',
  gateway: 'none',
  async run(stage) {
    const counts = await Promise.all(Object.entries(ENDS).map(([name, end]) => countSessions(name, end, stage)));
    return `${counts.reduce((sum, count) => sum + count, 0)} sessions in ${MS / 1000} s`;
  },
};

async function countSessions(
  name: string,
  end: (socket: WebSocket) => void,
  { signal, expect }: Stage,
): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.send(READY);
    end(socket);
  });
  const { port } = server.address() as AddressInfo;
  const client = await Child.start('browser-client', { wsUrl: `ws://127.0.0.1:${port}/v1/realtime/x/ws` });
  try {
    await pause(MS, signal);
    const { sessions, unhandled } = await client.ask<BrowserClientReport>('report');
    expect(sessions <= MOST_SESSIONS, `${name}: ${sessions} sessions were asked for in ${MS / 1000} s`);
    expect(unhandled === 0, `${name}: ${unhandled} errors were handled by nobody`);
    return sessions;
  } finally {
    client.stop();
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
}
