import { once } from 'node:events';
import { METHODS } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PATHS } from '@speko/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerOptions } from '../config.ts';
import { type HttpAppFixture, startHttpApp, validBody } from './__fixtures__/start-http-app.ts';

let gateway: HttpAppFixture;

beforeEach(async () => {
  gateway = await startHttpApp();
});

afterEach(() => gateway.close());

async function restart(settings: ServerOptions): Promise<void> {
  await gateway.close();
  gateway = await startHttpApp(settings);
}

/** Sends bytes as they are over a real socket, and reads until the server closes. */
async function sendRaw(text: string): Promise<{ status: number; head: string; body: string }> {
  await gateway.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = gateway.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(text);
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  return { status: Number(head.split(' ', 2)[1]), head: head.toLowerCase(), body };
}

function createGate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const keyed = [
  ['POST', PATHS.sessions],
  ['GET', PATHS.sessions],
  ['GET', '/v1/sessions/ses_1'],
  ['GET', '/v1/sessions/ses_1/transcript'],
  ['GET', '/v1/sessions/ses_1/stream'],
  ['POST', '/v1/sessions/ses_1/end'],
  ['GET', PATHS.usage],
  ['GET', PATHS.providers],
  ['GET', '/v1/none'],
  ['DELETE', PATHS.sessions],
  ['GET', '/v1'],
] as const;

describe('API keys', () => {
  test.each(keyed)('[RS1] %s %s without a key is 401 UNAUTHORIZED', async (method, url) => {
    const response = await gateway.app.inject({ method, url });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect(response.json()).toEqual({
      error: 'An API key is needed; send it as the header "Authorization: Bearer <api key>".',
      code: 'UNAUTHORIZED',
    });
  });

  test.each(['Bearer sk_speko_wrong', 'Bearer x'])(
    '[RS1] an unknown key is 401 UNAUTHORIZED: %s',
    async (authorization) => {
      const response = await gateway.app.inject({ method: 'GET', url: PATHS.providers, headers: { authorization } });
      expect(response.statusCode).toBe(401);
      expect(response.json()).toEqual({
        error: 'This API key is unknown or revoked; use another one, or ask the operator for a new one.',
        code: 'UNAUTHORIZED',
      });
    },
  );

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'sk_speko_x', `Bearer ${'x'.repeat(513)}`])(
    '[RS1] a header that is no bearer credential counts as none: %s',
    async (authorization) => {
      const response = await gateway.app.inject({ method: 'GET', url: PATHS.providers, headers: { authorization } });
      expect([response.statusCode, response.json().code]).toEqual([401, 'UNAUTHORIZED']);
      expect(response.json().error).toContain('An API key is needed');
    },
  );

  test('[RS1] a revoked key is refused at once', async () => {
    expect((await gateway.call({ method: 'GET', url: PATHS.providers })).statusCode).toBe(200);
    await gateway.apiKeys.revoke(gateway.keyId);
    expect((await gateway.call({ method: 'GET', url: PATHS.providers })).statusCode).toBe(401);
  });

  test('[RS1] the case of the scheme does not matter', async () => {
    const headers = { authorization: `bEARER  ${gateway.key}` };
    expect((await gateway.app.inject({ method: 'GET', url: PATHS.providers, headers })).statusCode).toBe(200);
  });

  test('[RS1] spelling a path with percent-encoding does not get around the key', async () => {
    for (const url of ['/%76%31/sessions', '/v1%2Fsessions', '/v1/%73essions', '//v1/sessions', '/v1/sessions/']) {
      const response = await gateway.app.inject({ method: 'GET', url });
      expect([url, [401, 404].includes(response.statusCode)]).toEqual([url, true]);
    }
  });

  test('[RS1] a body is not even read without a key', async () => {
    const payload = 'x'.repeat(300_000);
    const response = await gateway.app.inject({ method: 'POST', url: PATHS.sessions, payload });
    expect(response.statusCode).toBe(401);
  });
});

describe('paths without a key', () => {
  test('[RS2] /healthz and /readyz answer ok', async () => {
    for (const url of ['/healthz', '/readyz']) {
      const response = await gateway.app.inject({ method: 'GET', url });
      expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
    }
  });

  test('[RS2] while shutting down /readyz is 503 draining, /healthz stays ok', async () => {
    gateway.live.draining = true;
    const ready = await gateway.app.inject({ method: 'GET', url: '/readyz' });
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'draining' }]);
    expect((await gateway.app.inject({ method: 'GET', url: '/healthz' })).statusCode).toBe(200);
  });

  test('[RS2] /openapi.json answers the document of the protocol package', async () => {
    const response = await gateway.app.inject({ method: 'GET', url: '/openapi.json' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.json()).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./), paths: { '/v1/sessions': {} } });
  });

  test('[HS6] a plain GET of a WebSocket path is 426 UPGRADE_REQUIRED', async () => {
    const response = await gateway.app.inject({ method: 'GET', url: '/v1/realtime/ses_1/ws' });
    expect(response.statusCode).toBe(426);
    expect(response.headers['upgrade']).toBe('websocket');
    expect(response.json()).toEqual({
      error: 'This path speaks WebSocket only; open it with a WebSocket client and wsToken as the first subprotocol.',
      code: 'UPGRADE_REQUIRED',
    });
  });

  test('[RS2] /metrics does not exist where it is not switched on', async () => {
    expect((await gateway.app.inject({ method: 'GET', url: '/metrics' })).statusCode).toBe(404);
  });
});

describe('paths and methods', () => {
  test.each(['/', '/v2/sessions', '/v1x', '/V1/sessions', '/healthz/x', '/.env'])(
    '[RS20] GET %s is 404 NOT_FOUND',
    async (url) => {
      const response = await gateway.call({ method: 'GET', url });
      expect(response.statusCode).toBe(404);
      expect(response.json()).toEqual({
        error: 'There is no such path; GET /openapi.json lists those there are.',
        code: 'NOT_FOUND',
      });
    },
  );

  test.each([
    ['DELETE', '/v1/sessions', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/v1/sessions/ses_1', 'GET, HEAD, OPTIONS'],
    ['GET', '/v1/sessions/ses_1/end?x=1', 'POST, OPTIONS'],
    ['HEAD', '/v1/sessions/ses_1/stream', 'GET, OPTIONS'],
    ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
    ['POST', '/v1/realtime/ses_1/ws', 'GET, HEAD, OPTIONS'],
  ] as const)('[RS20] %s %s is 405 METHOD_NOT_ALLOWED with Allow', async (method, url, allow) => {
    const response = await gateway.call({ method, url });
    expect(response.statusCode).toBe(405);
    expect(response.headers['allow']).toBe(allow);
    if (method === 'HEAD') return;
    expect(response.json()).toEqual({
      error: `This path does not take ${method}; use one of: ${allow}.`,
      code: 'METHOD_NOT_ALLOWED',
    });
  });

  test.each(METHODS.filter((method) => !['CONNECT', 'GET', 'HEAD', 'OPTIONS'].includes(method)))(
    '[RS20] %s is 405 with Allow, whatever body comes with it',
    async (method) => {
      for (const payload of ['', '{"x"', 'x'.repeat(300_000)]) {
        const headers = { 'content-type': payload === '' ? 'text/plain' : 'application/json' };
        const response = await gateway.call({ method: method as 'PUT', url: '/v1/usage', payload, headers });
        expect([response.statusCode, response.headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
      }
    },
  );

  test('[RS20] so is CONNECT, which is answered over the bare socket', async () => {
    const { status, head, body } = await sendRaw(`CONNECT /v1/usage HTTP/1.1\r\n\r\n${'x'.repeat(300_000)}`);
    expect([status, head.includes('\r\nallow: get, head, options\r\n')]).toEqual([405, true]);
    expect(JSON.parse(body).code).toBe('METHOD_NOT_ALLOWED');
  });

  test.each(['FOO', 'get', 'A*B~1'])('[RS20] %s, which HTTP does not know, is 405 with Allow', async (method) => {
    const { status, head, body } = await sendRaw(`${method} /v1/sessions?x=1 HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect([status, head.includes('\r\nallow: get, head, post, options\r\n')]).toEqual([405, true]);
    expect(JSON.parse(body)).toEqual({
      error: `This path does not take ${method}; use one of: GET, HEAD, POST, OPTIONS.`,
      code: 'METHOD_NOT_ALLOWED',
    });
  });

  test.each(['FOO /none', 'CONNECT /none', 'CONNECT example.com:443'])('[RS20] %s is 404 NOT_FOUND', async (line) => {
    const { status, body } = await sendRaw(`${line} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect([status, JSON.parse(body).code]).toEqual([404, 'NOT_FOUND']);
  });

  test.each(['(x) / HTTP/1.1', 'FOO', 'FOO / HTTP/9', `${'F'.repeat(33)} / HTTP/1.1`])(
    '[ER1] %j is no request line, and 400 VALIDATION_ERROR',
    async (line) => {
      const { status, body } = await sendRaw(`${line}\r\nHost: x\r\n\r\n`);
      expect([status, JSON.parse(body).code]).toEqual([400, 'VALIDATION_ERROR']);
    },
  );

  test.each([
    ['/v1/sessions/%ED%A0%BC', 400],
    ['/v1/sessions?provider=%ED%A0%BC', 400],
    ['/v1/sessions?cursor=1.%ED%A0%BC', 400],
    ['/v1/sessions?%ED%A0%BC=1', 400],
    ['/v1/usage?from=%ED%A0%BC', 400],
    ['/v1/sessions/ses_1/stream?cursor=%ED%A0%BC', 400],
  ])('[JS2] half of a surrogate pair in %s is refused, in an answer that is well-formed', async (url, status) => {
    const response = await gateway.call({ method: 'GET', url });
    expect([response.statusCode, response.json().code]).toEqual([status, 'VALIDATION_ERROR']);
    expect(response.body.isWellFormed()).toBe(true);
  });

  test('[RS20] OPTIONS tells the methods of a path', async () => {
    const response = await gateway.call({ method: 'OPTIONS', url: '/v1/usage' });
    expect([response.statusCode, response.headers['allow'], response.body]).toEqual([204, 'GET, HEAD, OPTIONS', '']);
  });

  test('HEAD answers as GET does, without the body', async () => {
    const response = await gateway.call({ method: 'HEAD', url: '/v1/providers' });
    expect([response.statusCode, response.body]).toEqual([200, '']);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('[ER1] a path that is not valid percent-encoding is 400 VALIDATION_ERROR', async () => {
    const response = await gateway.call({ method: 'GET', url: '/v1/sessions/%E0%A4%A' });
    const message = 'The path is not valid; percent-encode it as UTF-8.';
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: `The request: ${message}`,
      code: 'VALIDATION_ERROR',
      issues: [{ path: '', message }],
    });
  });
});

test('answers are never cached, and each has a request id', async () => {
  const { headers } = await gateway.call({ method: 'GET', url: '/v1/providers' });
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});

describe('pages of other origins', () => {
  const preflight = (origin: string, url = '/v1/sessions') =>
    gateway.app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  test('[HS5] get no CORS header and 403 ORIGIN_FORBIDDEN on a preflight unless allowed', async () => {
    const response = await preflight('https://app.example.com');
    expect(response.statusCode).toBe(403);
    expect(response.headers).not.toHaveProperty('access-control-allow-origin');
    expect(response.json()).toEqual({
      error:
        'Pages of this origin may not call this gateway; add the origin to the allowed origins, or call from your back end.',
      code: 'ORIGIN_FORBIDDEN',
    });
    const call = await gateway.call({
      method: 'GET',
      url: '/v1/providers',
      headers: { origin: 'https://app.example.com' },
    });
    expect(call.statusCode).toBe(200);
    expect(call.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('[HS5] an allowed origin gets its preflight answered without a key, and may read answers and errors', async () => {
    await restart({ allowedOrigins: ['https://app.example.com'] });
    const response = await preflight('https://app.example.com');
    expect([response.statusCode, response.body]).toEqual([204, '']);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type, idempotency-key',
      'access-control-max-age': '86400',
      vary: 'origin',
    });
    for (const [url, status] of [
      ['/v1/providers', 200],
      ['/v1/none', 404],
    ] as const) {
      const call = await gateway.call({ method: 'GET', url, headers: { origin: 'https://app.example.com' } });
      expect(call.statusCode).toBe(status);
      expect(call.headers).toMatchObject({
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-expose-headers': 'retry-after, x-request-id',
      });
    }
    expect((await preflight('https://evil.example.com')).statusCode).toBe(403);
    expect((await preflight('https://app.example.com.evil.example')).statusCode).toBe(403);
    expect((await preflight('null')).statusCode).toBe(403);
  });

  test('[HS5] origins are compared as URLs, and answered as they were sent', async () => {
    await restart({ allowedOrigins: ['https://App.example.com:443/', 'capacitor://localhost'] });
    for (const origin of ['https://app.example.com', 'capacitor://localhost']) {
      const response = await preflight(origin);
      expect([response.statusCode, response.headers['access-control-allow-origin']]).toEqual([204, origin]);
    }
    for (const origin of ['http://app.example.com', 'capacitor://localhost:1', 'null']) {
      expect((await preflight(origin)).statusCode).toBe(403);
    }
  });

  test('[HS5] * allows every origin', async () => {
    await restart({ allowedOrigins: ['*'] });
    const response = await preflight('https://anything.example');
    expect(response.headers['access-control-allow-origin']).toBe('https://anything.example');
  });
});

describe('what is no proper HTTP request is answered too', () => {
  test('[ER1] bytes that are no HTTP', async () => {
    const { status, head, body } = await sendRaw('hello there\r\n\r\n');
    const message = 'This is not a complete HTTP/1.1 request; send one.';
    expect(status).toBe(400);
    expect(head).toContain('content-type: application/json; charset=utf-8');
    expect(JSON.parse(body)).toEqual({
      error: `The request: ${message}`,
      code: 'VALIDATION_ERROR',
      issues: [{ path: '', message }],
    });
  });

  test('[ER1] headers beyond 16 KiB', async () => {
    const { status, body } = await sendRaw(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(status).toBe(400);
    expect(JSON.parse(body).error).toBe('The request: The headers are too long; keep them under 16 KiB.');
  });

  test.each(['/healthz', '/v1/sessions', '/none'])('[RS22] two Host headers at %s', async (path) => {
    const { status, body } = await sendRaw(`GET ${path} HTTP/1.1\r\nHost: x\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({
      error: 'Host: Is there more than once; send one.',
      code: 'VALIDATION_ERROR',
      issues: [{ path: 'Host', message: 'Is there more than once; send one.' }],
    });
  });

  test('[ER1] a request without Host', async () => {
    const { status, body } = await sendRaw('GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n');
    expect([status, body]).toEqual([200, '{"status":"ok"}']);
  });

  test('[RS13] a mint without Host gets a wsUrl of the address it arrived at', async () => {
    const payload = JSON.stringify(validBody());
    const { status, body } = await sendRaw(
      `POST /v1/sessions HTTP/1.0\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: ${payload.length}\r\n\r\n${payload}`,
    );
    const { port } = gateway.app.server.address() as AddressInfo;
    expect(status).toBe(201);
    expect(JSON.parse(body).wsUrl).toMatch(new RegExp(`^ws://127\\.0\\.0\\.1:${port}/v1/realtime/ses_`));
  });

  test('[ER1] an expectation that nobody can meet', async () => {
    const { status, body } = await sendRaw(
      'GET /healthz HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\nconnection: close\r\n\r\n',
    );
    const message = 'Only "100-continue" can be expected; leave the header out.';
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({
      error: `Expect: ${message}`,
      code: 'VALIDATION_ERROR',
      issues: [{ path: 'Expect', message }],
    });
  });

  test('[ER1] a request that arrives while the server stops', async () => {
    const closing = createGate();
    const answered = createGate();
    gateway.app.addHook('preClose', () => {
      closing.open();
      return answered.opened;
    });
    await gateway.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = gateway.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = gateway.app.close();
    await closing.opened;
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    answered.open();
    await closed;
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{"status":"ok"\}$/);
  });

  test('[RS15] a body that announces more than 262,144 bytes is 413 before it is sent', async () => {
    const { status, body } = await sendRaw(
      `POST /v1/sessions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: 9999999\r\nconnection: close\r\n\r\n`,
    );
    expect([status, JSON.parse(body).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  // Older versions of Node know no way to decline: there the WebSocket side refuses it.
  const canDecline = Number(process.versions.node.split('.')[0]) >= 24;

  test.runIf(canDecline)('an offer to upgrade to HTTP/2 is declined, not an error', async () => {
    gateway.app.server.on('upgrade', (_request, socket) => socket.destroy());
    const { status, body } = await sendRaw(
      'GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    expect([status, body]).toEqual([200, '{"status":"ok"}']);
  });
});
