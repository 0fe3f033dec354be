import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dialCall, refusedUpgrade, type Minted } from '../helpers/plain-client.ts';
import { PAGE_TOKEN, startGateway } from '../helpers/start-gateway.ts';

const SUBPROTOCOL = 'speko.realtime.v1';

test('[HS1] the token alone as subprotocol is selected, byte for byte', async () => {
  const gateway = await startGateway();
  const minted = await gateway.mint({ provider: 'echo', model: 'echo' });
  const call = await gateway.connect(minted);
  expect(call.socket.protocol).toBe(minted.wsToken);
  expect((await call.frame('ready'))['provider']).toBe('echo');
});

test.each([
  ['after the token', (token: string) => [token, SUBPROTOCOL]],
  ['with others', (token: string) => [token, 'chat', SUBPROTOCOL]],
])(
  '[HS2] the extension subprotocol offered %s is selected, and the token is not echoed',
  async (_title, protocolsOf) => {
    const gateway = await startGateway();
    const minted = await gateway.mint({ provider: 'echo', model: 'echo' });
    const call = await gateway.connect(minted, { protocols: protocolsOf(minted.wsToken) });
    expect(call.socket.protocol).toBe(SUBPROTOCOL);
    expect(JSON.stringify(call.headers)).not.toContain(minted.wsToken);
  },
);

test("[HS3] [ER1] a missing, an unknown and another session's token are 401 TOKEN_INVALID", async () => {
  const gateway = await startGateway();
  const [mine, other] = [await gateway.mint(), await gateway.mint()];
  const attempts = [[], [SUBPROTOCOL], [`${mine.wsToken}x`], ['not', mine.wsToken], [other.wsToken]];
  for (const protocols of attempts) {
    const answer = await refusedUpgrade(mine.wsUrl, { protocols });
    expect(answer).toMatchObject({
      status: 401,
      body: {
        code: 'TOKEN_INVALID',
        error:
          'The session token is missing, wrong or of another session. Send the wsToken of POST /v1/sessions as the first WebSocket subprotocol.',
      },
    });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  }
  // None of it used the token up.
  await gateway.connect(mine);
  await gateway.connect(other);
});

test('[HS3] [RS14] a token is TOKEN_EXPIRED 60 s after mint, and opens the session until then', async () => {
  const gateway = await startGateway();
  const [late, inTime] = [await gateway.mint(), await gateway.mint()];
  expect(Date.parse(late.expiresAt) - gateway.clock.epochMs()).toBeGreaterThan(55_000);
  gateway.clock.skip(Date.parse(inTime.expiresAt) - gateway.clock.epochMs() - 2000);
  await gateway.connect(inTime);
  gateway.clock.skip(2000);
  expect(await refusedUpgrade(late.wsUrl, { protocols: [late.wsToken] })).toMatchObject({
    status: 401,
    body: {
      code: 'TOKEN_EXPIRED',
      error: 'The session token has expired. Create a new session with POST /v1/sessions and connect at once.',
    },
  });
});

test('[SR2] [SR7] a session nobody connected to becomes expired; one that was ended cannot be opened', async () => {
  const gateway = await startGateway();
  const [expired, ended] = [await gateway.mint(), await gateway.mint()];
  expect((await gateway.get<{ status: string }>(`/v1/sessions/${expired.sessionId}`)).body.status).toBe('created');
  expect(await gateway.post(`/v1/sessions/${ended.sessionId}/end`, '')).toMatchObject({
    status: 200,
    body: { status: 'ended', endReason: 'ended_by_api', connectedAt: null },
  });
  expect(await refusedUpgrade(ended.wsUrl, { protocols: [ended.wsToken] })).toMatchObject({
    status: 409,
    body: { code: 'SESSION_ENDED', error: 'This session has ended. Create a new one with POST /v1/sessions.' },
  });
  gateway.clock.skip(60_000);
  expect(await gateway.record(expired.sessionId)).toMatchObject({ status: 'expired', endReason: null });
  for (const { sessionId } of [expired, ended]) {
    const again = await gateway.post(`/v1/sessions/${sessionId}/end`, '');
    expect(again).toMatchObject({ status: 409, body: { code: 'SESSION_ENDED' } });
    expect(again.body.error).toContain('there is nothing left to end');
  }
});

test('[HS4] of many upgrades with one token at the same moment one succeeds, the others are TOKEN_USED', async () => {
  const gateway = await startGateway();
  const minted = await gateway.mint();
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => refusedUpgrade(minted.wsUrl, { protocols: [minted.wsToken] })),
  );
  expect(answers.filter(({ status }) => status === 101)).toHaveLength(1);
  const refused = answers.filter(({ status }) => status === 401);
  expect(refused).toHaveLength(11);
  expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['TOKEN_USED']));
  expect(refused[0]?.body.error).toBe(
    'The session token was already used. A token opens one connection; create a new session with POST /v1/sessions.',
  );
});

test('[HS4] a token stays used after its call has ended', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  call.socket.close(1000);
  await gateway.record(call.session.sessionId);
  const { wsUrl, wsToken } = call.session;
  expect(await refusedUpgrade(wsUrl, { protocols: [wsToken] })).toMatchObject({
    status: 401,
    body: { code: 'TOKEN_USED' },
  });
});

test('[HS5] an origin that is not allowed is 403 ORIGIN_FORBIDDEN and leaves the token unused', async () => {
  const gateway = await startGateway({ allowedOrigins: ['https://app.example.com'] });
  const minted = await gateway.mint();
  const protocols = [minted.wsToken];
  for (const origin of ['https://evil.example.com', 'null', 'https://app.example.com.evil.example']) {
    expect(await refusedUpgrade(minted.wsUrl, { protocols, headers: { origin } })).toMatchObject({
      status: 403,
      body: {
        code: 'ORIGIN_FORBIDDEN',
        error: 'This origin may not connect. Add it to the allowed origins of the gateway.',
      },
    });
  }
  expect(await gateway.logged('https://evil.example.com')).toContain('SPEKO_ALLOWED_ORIGINS');
  const call = await gateway.connect(minted, { headers: { origin: 'https://app.example.com' } });
  await call.frame('ready');
});

test("[HS5] [PG5] [PG10] the gateway's own page mints and connects with its cookie", async () => {
  const root = mkdtempSync(join(tmpdir(), 'speko-page-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  const gateway = await startGateway({ playgroundRoot: root });
  const opened = await gateway.fetch(`/?token=${PAGE_TOKEN}`, { redirect: 'manual' });
  const [cookie = ''] = (opened.headers.get('set-cookie') ?? '').split(';');
  expect((await gateway.fetch('/', { headers: { cookie } })).text).toBe('<!doctype html>');
  const { body: minted } = await gateway.fetch<Minted>('/playground/sessions', {
    method: 'POST',
    headers: { origin: gateway.url, cookie },
    body: JSON.stringify({ mode: 's2s', s2s: { provider: 'echo', model: 'echo' } }),
  });
  const call = await gateway.connect(minted, { headers: { origin: gateway.url } });
  await call.frame('ready');
});

test('[HS5] pages of this machine may connect where that is set, and no page whose name only looks like it', async () => {
  const gateway = await startGateway({ allowLoopbackOrigins: true });
  const minted = await gateway.mint();
  const protocols = [minted.wsToken];
  for (const origin of [
    'https://app.example.com',
    'http://localhost.evil.example',
    'http://notlocalhost:3000',
    'http://127.0.0.1.evil.example',
    'http://192.168.1.20:3000',
    'null',
    'file://localhost',
  ]) {
    expect(await refusedUpgrade(minted.wsUrl, { protocols, headers: { origin } })).toMatchObject({ status: 403 });
  }
  for (const origin of [
    'http://localhost:3000',
    'http://127.0.0.1:5173',
    'http://[::1]:8080',
    'https://app.localhost',
  ]) {
    const call = await gateway.connect(await gateway.mint(), { headers: { origin } });
    await call.frame('ready');
  }
});

test("[HS5] an Origin of the gateway's own host and port may connect, as React Native sends it, and of no other", async () => {
  const gateway = await startGateway({ publicUrl: 'https://voice.example.com' });
  const { host } = new URL(gateway.url);
  const dial = async (headers: Record<string, string>) => {
    const minted = await gateway.mint();
    const wsUrl = minted.wsUrl.replace('wss://voice.example.com', `ws://${host}`);
    return refusedUpgrade(wsUrl, { protocols: [minted.wsToken], headers });
  };
  for (const origin of [
    `http://${host}`,
    `https://${host}`,
    'https://voice.example.com',
    'wss://voice.example.com:443',
  ]) {
    expect(await dial({ origin })).toMatchObject({ status: 101 });
  }
  for (const origin of [
    'http://127.0.0.1:1',
    'https://voice.example.com:8443',
    `http://localhost:${new URL(gateway.url).port}`,
  ]) {
    expect(await dial({ origin })).toMatchObject({ status: 403, body: { code: 'ORIGIN_FORBIDDEN' } });
  }
});

test('[HS5] a page under a name that was made to lead to the gateway is let in, and has no token', async () => {
  const gateway = await startGateway();
  const minted = await gateway.mint();
  const headers = { origin: 'http://evil.example', host: 'evil.example' };
  expect(await refusedUpgrade(minted.wsUrl, { protocols: ['guess'], headers })).toMatchObject({
    status: 401,
    body: { code: 'TOKEN_INVALID' },
  });
});

test('[RS22] an upgrade with two Host headers is 400 and leaves the token unused', async () => {
  const gateway = await startGateway();
  const minted = await gateway.mint();
  const { hostname, port, pathname } = new URL(minted.wsUrl);
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.write(
    [
      `GET ${pathname} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      'Host: evil.example',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      `Sec-WebSocket-Protocol: ${minted.wsToken}`,
      '\r\n',
    ].join('\r\n'),
  );
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'end');
  socket.end();
  const answer = Buffer.concat(chunks).toString();
  expect(answer).toContain('HTTP/1.1 400 Bad Request');
  expect(answer).toContain('This request has more than one Host header; send one.');
  await (await gateway.connect(minted)).frame('ready');
});

test('[HS5] a request without an origin comes from no browser and is let in', async () => {
  const gateway = await startGateway({ allowedOrigins: ['https://app.example.com'] });
  await (await gateway.call()).frame('ready');
});

test('[HS6] a plain GET of a WebSocket path is 426 UPGRADE_REQUIRED and leaves the token unused', async () => {
  const gateway = await startGateway();
  const minted = await gateway.mint();
  const answer = await gateway.fetch(new URL(minted.wsUrl).pathname);
  expect(answer).toMatchObject({ status: 426, body: { code: 'UPGRADE_REQUIRED' } });
  expect(answer.body.error).toContain('open it with a WebSocket client and wsToken as the first subprotocol');
  expect(answer.headers.get('upgrade')).toBe('websocket');
  await gateway.connect(minted);
});

test('[RS20] [HS6] an upgrade of a path that is no WebSocket is 404 NOT_FOUND', async () => {
  const gateway = await startGateway();
  for (const path of ['/v1/sessions', '/', '/v1/realtime/x/ws/y', '/v1/realtime//ws']) {
    expect(await refusedUpgrade(gateway.url.replace('http', 'ws') + path, { protocols: ['x'] })).toMatchObject({
      status: 404,
      body: {
        code: 'NOT_FOUND',
        error: 'There is no WebSocket here. Open the wsUrl that POST /v1/sessions returned.',
      },
    });
  }
});

test('[HS7] compression is offered and not negotiated', async () => {
  const gateway = await startGateway();
  const minted = await gateway.mint();
  const call = dialCall(minted.wsUrl, { protocols: [minted.wsToken] });
  let offered = '';
  call.socket.on('upgrade', (response) => {
    offered = String(response.headers['sec-websocket-extensions'] ?? 'none');
  });
  await once(call.socket, 'open');
  expect(offered).toBe('none');
  expect(call.socket.extensions).toBe('');
  call.socket.terminate();
});

test('[HS3] a refused upgrade is answered in full and its connection closed, also when the client stays', async () => {
  const gateway = await startGateway();
  const minted = await gateway.mint();
  const { hostname, port, pathname } = new URL(minted.wsUrl);
  const stream = createConnection({ host: hostname, port: Number(port), allowHalfOpen: true });
  let answer = '';
  stream.setEncoding('utf8').on('data', (text: string) => (answer += text));
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  stream.write(
    `GET ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n${key}\r\n\r\nmore`,
  );
  await once(stream, 'end');
  expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
  expect(answer).toContain('"code":"TOKEN_INVALID"');
  // This end stays half open; the gateway neither waits for it to go nor keeps the connection.
  gateway.clock.skip(2000);
  await gateway.server.close();
  stream.destroy();
});
