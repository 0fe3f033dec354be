import { connect, type Socket } from 'node:net';
import type { Attack } from '../attack.ts';
import { mintBody, request } from '../harness/access.ts';
import { pause } from '../harness/wait.ts';

const SESSIONS = 60;
const READERS = 200;
const METADATA_CHARS = 15_000;
/** Requests on one connection before any answer was read. */
const PIPELINED = 20;

export const slowReaders: Attack = {
  name: 'slow-readers',
  who: 'one key',
  does: `asks for long lists on ${READERS} connections, ${PIPELINED} times each, and reads none of the answers`,
  async run({ access, signal, floodMs }) {
    const { port, host } = new URL(access.url);
    for (let index = 0; index < SESSIONS && !signal.aborted; index++) {
      const body = mintBody({}, { metadata: { filler: 'x'.repeat(METADATA_CHARS) }, ttlSeconds: 1 });
      await request(access.url, '/v1/sessions', { method: 'POST', key: access.keys[0], body });
    }
    const get = `GET /v1/sessions?limit=100 HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${access.keys[0]}\r\n\r\n`;
    const sockets: Socket[] = [];
    for (let index = 0; index < READERS; index++) {
      const socket = connect({ host: '127.0.0.1', port: Number(port) });
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(get.repeat(PIPELINED));
      sockets.push(socket);
      if (index % 10 === 9) await pause(20, signal);
    }
    await pause(floodMs, signal);
    for (const socket of sockets) socket.destroy();
    return `${READERS * PIPELINED} requests of about ${Math.round((SESSIONS * METADATA_CHARS) / 1000)} kB`;
  },
};
