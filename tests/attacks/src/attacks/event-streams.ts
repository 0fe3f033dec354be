import { connect, type Socket } from 'node:net';
import type { Attack } from '../attack.ts';
import { mint, request } from '../harness/access.ts';
import { within } from '../harness/wait.ts';

const STREAMS = 1_200;

export const eventStreams: Attack = {
  name: 'event-streams',
  who: 'one key',
  does: `opens ${STREAMS.toLocaleString('en')} event streams, after which another key opens one`,
  alone: 'it counts what is left for others',
  async run({ access, expect }) {
    const { sessionId } = await mint(access);
    const path = `/v1/sessions/${sessionId}/stream`;
    const sockets: Socket[] = [];
    const statuses = new Map<string, number>();
    for (let index = 0; index < STREAMS; index++) {
      const socket = openStream(access.url, path, access.keys[0]);
      socket.once('data', (data: Buffer) => {
        const status = data.toString('latin1').slice(9, 12);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      });
      sockets.push(socket);
      if (index % 50 === 49) await within(5_000, () => countOf(statuses) >= index - 20);
    }
    await within(5_000, () => countOf(statuses) >= STREAMS);
    const other = await mint(access, {}, access.keys[1]);
    const answer = await fetch(`${access.url}/v1/sessions/${other.sessionId}/stream`, {
      headers: { authorization: `Bearer ${access.keys[1]}` },
      signal: AbortSignal.timeout(5_000),
    }).catch(() => undefined);
    expect(answer?.status === 200, `another key's stream was answered with ${answer?.status ?? 'nothing'}`);
    await answer?.body?.cancel();
    expect((statuses.get('200') ?? 0) < STREAMS, 'there is no limit on the streams of one key');
    for (const socket of sockets) socket.destroy();
    // What was held has to be given back, to the same key too.
    const isFree = await within(5_000, async () => {
      const again = await fetch(access.url + path, { headers: { authorization: `Bearer ${access.keys[0]}` } });
      await again.body?.cancel();
      return again.status === 200;
    });
    expect(isFree, 'closed streams still count against the key');
    await request(access.url, `/v1/sessions/${other.sessionId}/end`, { method: 'POST', key: access.keys[1] });
    return `${STREAMS} streams: ${[...statuses].map(([status, count]) => `${count} x ${status}`).join(', ')}`;
  },
};

function openStream(url: string, path: string, key: string): Socket {
  const { port, host } = new URL(url);
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  return socket;
}

function countOf(statuses: ReadonlyMap<string, number>): number {
  return [...statuses.values()].reduce((sum, count) => sum + count, 0);
}
