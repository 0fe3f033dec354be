import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { probeAddress } from './probe-address.ts';
import { startGateway } from './start-gateway.ts';

/** A server of somebody else. @returns its port */
async function startOther(answer: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(answer).listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function startOurs(env: Readonly<Record<string, string>> = {}): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'speko-probe-'));
  const gateway = await startGateway({
    env: { PORT: '0', LOG_LEVEL: 'silent', SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`, ...env },
  });
  onTestFinished(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true });
  });
  return Number(new URL(gateway.url).port);
}

test('[CMD5] a free port is free, and still is afterwards', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  for (let round = 0; round < 2; round += 1) {
    expect(await probeAddress('127.0.0.1', port)).toEqual({
      state: 'free',
      detail: `listens on 127.0.0.1 port ${port}`,
    });
  }
  expect(await probeAddress('127.0.0.1', 0)).toEqual({
    state: 'free',
    detail: 'listens on 127.0.0.1 port of its own choice',
  });
});

test.each(['127.0.0.1', '0.0.0.0'])('[CMD5] a gateway at %s is known by its answer', async (host) => {
  const port = await startOurs({ HOST: host });
  expect(await probeAddress(host, port)).toEqual({
    state: 'serving',
    detail: `a gateway serves on ${host} port ${port} already`,
  });
});

test.each<[string, RequestListener]>([
  ['says nothing', (request) => request.destroy()],
  ['welcomes everybody', (_request, response) => response.end('{"status":"ok"}')],
  ['wants another key', (_request, response) => response.writeHead(401).end('<h1>Log in</h1>')],
  ['leads elsewhere', (_request, response) => response.writeHead(302, { location: '/login' }).end()],
])('[CMD5] a server that %s is another program', async (_title, answer) => {
  const port = await startOther(answer);
  expect(await probeAddress('127.0.0.1', port)).toEqual({
    state: 'unusable',
    detail: `Port ${port} of 127.0.0.1 is in use by another program. Stop that one, or set PORT to another port (0 takes a free one).`,
  });
});

test('[CMD5] an address of another machine cannot be taken', async () => {
  expect(await probeAddress('192.0.2.1', 8787)).toEqual({
    state: 'unusable',
    detail: '192.0.2.1 is not an address of this machine. Set HOST to 127.0.0.1 or 0.0.0.0.',
  });
});
