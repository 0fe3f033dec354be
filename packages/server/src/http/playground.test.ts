import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATHS } from '@speko/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerOptions } from '../config.ts';
import { type HttpAppFixture, PAGE_TOKEN, startHttpApp, validBody } from './__fixtures__/start-http-app.ts';
import { checkPlayground } from './add-playground.ts';

const SCRIPT = '/assets/index-DkX3x9_a.js';
const COOKIE = 'speko-page-8787=page_d4dfb99f5191a89f6af7ecae1197ea614ad94f7d0b118d3dc63ff81e62880cb1';
const OWN = { origin: 'http://localhost:8787', host: 'localhost:8787', cookie: COOKIE };

let root: string;
let gateway: HttpAppFixture;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'speko-playground-'));
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Talk</title>');
  writeFileSync(join(root, 'icon.svg'), '<svg/>');
  writeFileSync(join(root, SCRIPT), 'console.log(1);');
  writeFileSync(join(root, 'assets/capture-processor.js'), 'registerProcessor();');
  writeFileSync(join(root, 'assets/index-Ab3x9_aX.css'), 'body{}');
  gateway = await startHttpApp({ playgroundRoot: root });
});

afterEach(async () => {
  await gateway.close();
  rmSync(root, { recursive: true, force: true });
});

async function restart(settings: ServerOptions): Promise<void> {
  await gateway.close();
  gateway = await startHttpApp({ playgroundRoot: root, ...settings });
}

/** Without a key, as a page calls. */
function get(url: string, headers: Record<string, string> = {}) {
  return gateway.app.inject({ method: 'GET', url, headers });
}

/** Opens the page's address. */
function open(headers: Record<string, string> = {}, url = `/?token=${PAGE_TOKEN}`) {
  return get(url, headers);
}

function mint(headers: Record<string, string>, payload: object = validBody()) {
  return gateway.app.inject({ method: 'POST', url: '/playground/sessions', headers, payload });
}

describe('files', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', '<!doctype html><title>Talk</title>'],
    ['/index.html', 'text/html; charset=utf-8', '<!doctype html><title>Talk</title>'],
    ['/?provider=echo', 'text/html; charset=utf-8', '<!doctype html><title>Talk</title>'],
    [SCRIPT, 'application/javascript; charset=utf-8', 'console.log(1);'],
    ['/assets/index-Ab3x9_aX.css', 'text/css; charset=utf-8', 'body{}'],
    ['/icon.svg', 'image/svg+xml', '<svg/>'],
  ])('[PG1] GET and HEAD %s are answered as %s', async (url, type, body) => {
    const response = await get(url);
    expect([response.statusCode, response.body, response.headers['content-type']]).toEqual([200, body, type]);
    expect(response.headers['etag']).toMatch(/^W\/"/);
    const head = await gateway.app.inject({ method: 'HEAD', url });
    expect([head.statusCode, head.body, head.headers['content-type']]).toEqual([200, '', type]);
    expect(head.headers['content-length']).toBe(String(body.length));
  });

  test.each([
    '/assets/',
    '/assets',
    '/missing.html',
    '/assets/index-00000000.js',
    '/../package.json',
    '/%2e%2e/etc/passwd',
    '/assets/..%2f..%2fetc%2fpasswd',
    '/playground',
    '/playground/',
    '//index.html',
  ])('[PG1] GET %s is still 404 NOT_FOUND', async (url) => {
    const response = await get(url);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      error: 'There is no such path; GET /openapi.json lists those there are.',
      code: 'NOT_FOUND',
    });
  });

  test('[PG1] a method that a file does not take is 405, and /v1 still needs a key', async () => {
    const response = await gateway.app.inject({ method: 'POST', url: '/' });
    expect([response.statusCode, response.headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
    for (const url of [PATHS.providers, '/v1/none']) expect((await get(url, OWN)).statusCode).toBe(401);
  });

  test('[PG1] a folder without index.html is refused with what to do', () => {
    expect(() => checkPlayground({ root: join(root, 'assets'), apiKey: 'k', token: PAGE_TOKEN })).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: expect.stringMatching(
          /^playground\.root must be a folder that holds index\.html, not ".*assets"; build the page first\.$/,
        ),
      }),
    );
    expect(() => checkPlayground({ root, apiKey: 'k', token: PAGE_TOKEN })).not.toThrow();
  });

  test.each(['', 'x'.repeat(21), 'x'.repeat(257), `${'x'.repeat(22)}&`])(
    '[PG9] a token that could be guessed, or does not fit an address, is refused unquoted: %j',
    (token) => {
      expect(() => checkPlayground({ root, apiKey: 'k', token })).toThrow(
        expect.objectContaining({
          code: 'BAD_SETTING',
          message:
            'playground.token must be 22 to 256 letters, digits, "-" and "_" that nobody can guess; mintPageToken() makes one.',
        }),
      );
    },
  );

  test.each([
    ['/', 'no-cache'],
    ['/icon.svg', 'no-cache'],
    ['/assets/capture-processor.js', 'no-cache'],
    [SCRIPT, 'public, max-age=31536000, immutable'],
  ])('[PG2] %s is kept by browsers as %s, and 304 while it is the same', async (url, expected) => {
    const first = await get(url);
    expect(first.headers['cache-control']).toBe(expected);
    const again = await get(url, { 'if-none-match': String(first.headers['etag']) });
    expect([again.statusCode, again.body, again.headers['cache-control']]).toEqual([304, '', expected]);
  });

  test('[PG3] pages and their parts carry the strict headers, REST none of them', async () => {
    for (const url of ['/', SCRIPT]) {
      const { headers } = await get(url, { host: 'localhost:8787' });
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          "connect-src 'self' ws://localhost:8787; manifest-src 'self'; object-src 'none'; base-uri 'none'; " +
          "form-action 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'permissions-policy':
          'microphone=(self), speaker-selection=(self), autoplay=(self), camera=(), display-capture=(), geolocation=()',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
    for (const url of ['/healthz', '/playground/providers', '/none']) {
      const { headers } = await get(url, OWN);
      expect(headers).not.toHaveProperty('content-security-policy');
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  test.each([
    ['the public URL', { publicUrl: 'https://voice.example.com/eu/' }, {}, ' wss://voice.example.com'],
    [
      'the forwarded host behind a trusted proxy',
      { trustProxy: true },
      { 'x-forwarded-host': 'voice.example.com', 'x-forwarded-proto': 'https' },
      ' wss://voice.example.com',
    ],
    ['an address in figures', {}, { host: '[::1]:8787' }, ' ws://[::1]:8787'],
    ['nothing for a Host that is none', {}, { host: "x; script-src 'unsafe-inline'" }, ''],
  ])('[PG3] pages connect to %s', async (_title, settings, headers, expected) => {
    await restart(settings);
    const policy = String((await get('/', headers)).headers['content-security-policy']);
    expect(policy).toContain(`; connect-src 'self'${expected}; manifest-src 'self'; `);
  });
});

describe('calls of the page', () => {
  test('[PG4] the providers are those of GET /v1/providers', async () => {
    const response = await get('/playground/providers', OWN);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual((await gateway.call({ method: 'GET', url: PATHS.providers })).json());
    expect(response.json().providers.map(({ id }: { id: string }) => id)).toEqual(['acme', 'local', 'unset']);
  });

  test('[PG5] a session is minted for the playground’s key, which no answer holds', async () => {
    const response = await mint(OWN);
    expect(response.statusCode).toBe(201);
    const { sessionId, wsUrl } = response.json();
    expect(wsUrl).toBe(`ws://localhost:8787/v1/realtime/${sessionId}/ws`);
    expect(gateway.live.prepared).toMatchObject([
      { sessionId, keyId: gateway.keyId, provider: { adapter: { id: 'acme' } } },
    ]);
    const answers = [response, await get('/'), await get('/playground/providers', OWN)];
    for (const { body, headers } of answers) expect(body + JSON.stringify(headers)).not.toContain(gateway.key);
    expect(gateway.logLines.join('')).not.toContain(gateway.key);
  });

  test('[PG5] an API key that the page might send is not looked at', async () => {
    const response = await mint({ ...OWN, authorization: 'Bearer sk_speko_wrong' });
    expect(response.statusCode).toBe(201);
    expect(gateway.live.prepared).toMatchObject([{ keyId: gateway.keyId }]);
  });

  test('[PG5] validation, limits and idempotency are those of POST /v1/sessions', async () => {
    await restart({ keySessionsPerMinute: 1 });
    const wrong = await mint(OWN, { ...validBody(), ttl: 5 });
    expect([wrong.statusCode, wrong.json().issues]).toEqual([
      400,
      [{ path: 'ttl', message: 'Unknown field; correct its spelling or remove it.' }],
    ]);
    const first = await mint({ ...OWN, 'idempotency-key': 'once' });
    const repeat = await mint({ ...OWN, 'idempotency-key': 'once' });
    expect([first.statusCode, repeat.json()]).toEqual([201, first.json()]);
    const beyond = await mint(OWN);
    expect([beyond.statusCode, beyond.json().code, beyond.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '60']);
  });

  test('[PG5] when the key is revoked the page’s calls end with it', async () => {
    await gateway.apiKeys.revoke(gateway.keyId);
    expect((await mint(OWN)).statusCode).toBe(401);
  });
});

const ONLY_OWN_PAGE =
  "Only the gateway's own page may call this. Open the page at the gateway's address; behind a proxy, set the public URL to the address you open. Or call /v1 with an API key.";
const WHERE_TO_OPEN =
  'Open the page at the address that the gateway printed when it started, which ends in /?token=…; or call /v1 with an API key.';
const UNKNOWN_HOST =
  "This host name is not known to be the gateway's; open the page by localhost or an IP address, or set the public URL to the name.";

describe('who may call', () => {
  test.each([
    ['by its Origin', OWN],
    ['under 127.0.0.1', { cookie: COOKIE, origin: 'http://127.0.0.1:8787', host: '127.0.0.1:8787' }],
    ['under IPv6', { cookie: COOKIE, origin: 'http://[::1]:8787', host: '[::1]:8787' }],
    [
      'under a name below localhost',
      { cookie: COOKIE, origin: 'http://app.localhost:8787', host: 'app.localhost:8787' },
    ],
    [
      'under an address of the local network',
      { cookie: COOKIE, origin: 'http://192.168.1.20:8787', host: '192.168.1.20:8787' },
    ],
    ['by Sec-Fetch-Site', { cookie: COOKIE, host: 'localhost:8787', 'sec-fetch-site': 'same-origin' }],
    ['by both', { ...OWN, 'sec-fetch-site': 'same-origin' }],
  ])('[PG6] [PG7] the own page %s', async (_title, headers) => {
    expect((await get('/playground/providers', headers)).statusCode).toBe(200);
    expect((await mint(headers)).statusCode).toBe(201);
  });

  test.each([
    ['another site', { ...OWN, origin: 'https://evil.example' }],
    ['another port of this machine', { ...OWN, origin: 'http://localhost:3000' }],
    ['another scheme', { ...OWN, origin: 'https://localhost:8787' }],
    ['another name of this machine', { ...OWN, origin: 'http://127.0.0.1:8787' }],
    ['a page without an origin', { ...OWN, origin: 'null' }],
    ['a typed address', { cookie: COOKIE, host: 'localhost:8787', 'sec-fetch-site': 'none' }],
    ['a page of the same site', { cookie: COOKIE, host: 'localhost:8787', 'sec-fetch-site': 'same-site' }],
    ['another site that sends no Origin', { cookie: COOKIE, host: 'localhost:8787', 'sec-fetch-site': 'cross-site' }],
    ['signs that contradict each other', { ...OWN, 'sec-fetch-site': 'cross-site' }],
    ['an Origin that contradicts', { ...OWN, 'sec-fetch-site': 'same-origin', origin: 'https://tunnel.example' }],
  ])('[PG6] refuses %s', async (_title, headers) => {
    for (const response of [await get('/playground/providers', headers), await mint(headers)]) {
      expect(response.statusCode).toBe(403);
      expect(response.json()).toEqual({ error: ONLY_OWN_PAGE, code: 'ORIGIN_FORBIDDEN' });
    }
    expect(gateway.live.prepared).toEqual([]);
  });

  test('[PG6] without a sign of the page only the providers are told, as by plain http to another machine', async () => {
    const headers = { cookie: COOKIE, host: '192.168.1.20:8787' };
    expect((await get('/playground/providers', headers)).statusCode).toBe(200);
    expect((await get('/playground/providers', { host: '192.168.1.20:8787' })).statusCode).toBe(401);
    const response = await mint(headers);
    expect([response.statusCode, response.json().error]).toEqual([403, ONLY_OWN_PAGE]);
    expect(gateway.live.prepared).toEqual([]);
  });

  test('[PG6] an origin that may call /v1 may not mint without a key', async () => {
    await restart({ allowedOrigins: ['https://app.example.com', '*'] });
    const response = await mint({ ...OWN, origin: 'https://app.example.com' });
    expect([response.statusCode, response.json().code]).toEqual([403, 'ORIGIN_FORBIDDEN']);
  });

  test.each([
    [
      'a stranger’s name that leads here',
      { cookie: COOKIE, host: 'evil.example:8787', origin: 'http://evil.example:8787' },
    ],
    ['the same, by Sec-Fetch-Site', { cookie: COOKIE, host: 'evil.example:8787', 'sec-fetch-site': 'same-origin' }],
    ['a name that ends like localhost', { cookie: COOKIE, host: 'notlocalhost', origin: 'http://notlocalhost' }],
    [
      'a name that begins like an address',
      { cookie: COOKIE, host: '127.0.0.1.evil.example', origin: 'http://127.0.0.1.evil.example' },
    ],
    ['a Host that is none', { cookie: COOKIE, host: 'a/b', origin: 'http://localhost' }],
  ])('[PG7] refuses %s', async (_title, headers) => {
    for (const response of [await get('/playground/providers', headers), await mint(headers)]) {
      expect(response.statusCode).toBe(403);
      expect(response.json()).toEqual({ error: UNKNOWN_HOST, code: 'ORIGIN_FORBIDDEN' });
    }
    expect(gateway.live.prepared).toEqual([]);
  });

  test('[PG8] a forwarded host counts for nothing without a trusted proxy', async () => {
    await restart({ publicUrl: 'https://voice.example.com' });
    const response = await mint({
      cookie: COOKIE,
      host: 'evil.example',
      'x-forwarded-host': 'voice.example.com',
      origin: 'https://voice.example.com',
    });
    expect([response.statusCode, response.json().error]).toEqual([403, UNKNOWN_HOST]);
  });

  test.each([
    [
      'under the public URL',
      { publicUrl: 'https://voice.example.com/eu' },
      { cookie: COOKIE, host: 'voice.example.com' },
    ],
    [
      'under the public URL, with the Host rewritten on the way',
      { publicUrl: 'https://voice.example.com' },
      { cookie: COOKIE, host: '127.0.0.1:8787' },
    ],
    [
      'under a forwarded host that is the public URL’s',
      { publicUrl: 'https://voice.example.com', trustProxy: true },
      {
        cookie: COOKIE,
        host: 'inner:8787',
        'x-forwarded-host': 'evil.example, voice.example.com',
        'x-forwarded-proto': 'https',
      },
    ],
  ])('[PG8] the own page %s', async (_title, settings, headers) => {
    await restart(settings);
    expect((await mint({ origin: 'https://voice.example.com', ...headers })).statusCode).toBe(201);
    const other = await mint({ origin: 'https://evil.example', ...headers });
    expect([other.statusCode, other.json().error]).toEqual([403, ONLY_OWN_PAGE]);
  });
});

describe('the address with the token', () => {
  test('[PG10] [PG12] opening it leads to the plain address, with a cookie that is not the token', async () => {
    const response = await open({ host: 'localhost:8787' });
    expect([response.statusCode, response.headers['location'], response.body]).toEqual([302, './', '']);
    expect(response.headers['set-cookie']).toBe(`${COOKIE}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax`);
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(JSON.stringify(response.headers)).not.toContain(PAGE_TOKEN);
  });

  test.each([
    [`/index.html?token=${PAGE_TOKEN}`, './'],
    [`/?provider=echo&token=${PAGE_TOKEN}&model=a%26b`, './?provider=echo&model=a%26b'],
    [`/?token=${PAGE_TOKEN}&token=other`, './'],
    [`/?token=${PAGE_TOKEN}&next=//evil.example%0d%0aset-cookie:x`, './?next=%2F%2Fevil.example%0D%0Aset-cookie%3Ax'],
  ])('[PG10] %s leads to %s', async (url, location) => {
    const response = await open({}, url);
    expect([response.statusCode, response.headers['location']]).toEqual([302, location]);
  });

  test('[PG10] it is good as often as it is opened, by HEAD too, and after a restart', async () => {
    const [first] = [await open(), await open()];
    const head = await gateway.app.inject({ method: 'HEAD', url: `/?token=${PAGE_TOKEN}` });
    await restart({});
    for (const again of [head, await open()]) {
      expect(again.statusCode).toBe(302);
      expect(again.headers['set-cookie']).toBe(first.headers['set-cookie']);
    }
    expect((await mint(OWN)).statusCode).toBe(201);
  });

  test.each([
    ['of another gateway', `page_${'0'.repeat(48)}`],
    ['that is empty', ''],
    ['that begins alike', PAGE_TOKEN.slice(0, -1)],
    ['in capitals', PAGE_TOKEN.toUpperCase()],
  ])('[PG11] a token %s gets the page, which says what to do, as 403 and no cookie', async (_title, token) => {
    const response = await open({ host: 'localhost:8787' }, `/?token=${token}`);
    expect([response.statusCode, response.body]).toEqual([403, '<!doctype html><title>Talk</title>']);
    expect(response.headers).not.toHaveProperty('set-cookie');
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'cache-control': 'no-store',
    });
    const head = await gateway.app.inject({ method: 'HEAD', url: `/?token=${token}` });
    expect([head.statusCode, head.body]).toEqual([403, '']);
  });

  test.each([
    ['a port', {}, { host: '127.0.0.1:9001' }, 'speko-page-9001', false],
    ['IPv6', {}, { host: '[::1]:8788' }, 'speko-page-8788', false],
    ['http', {}, { host: '127.0.0.1' }, 'speko-page-80', false],
    [
      'https in front',
      { trustProxy: true },
      { 'x-forwarded-host': 'voice.example.com', 'x-forwarded-proto': 'https' },
      'speko-page-443',
      true,
    ],
    ['a public URL', { publicUrl: 'https://voice.example.com' }, { host: '127.0.0.1:8787' }, 'speko-page-8787', true],
    ['an https that nobody vouches for', {}, { host: 'a:1', 'x-forwarded-proto': 'https' }, 'speko-page-1', false],
  ])('[PG12] under %s the cookie says so', async (_title, settings, headers, name, secure) => {
    await restart(settings);
    const cookie = String((await open(headers)).headers['set-cookie']);
    expect(cookie.split('=', 1)).toEqual([name]);
    expect(cookie.endsWith('; Secure')).toBe(secure);
  });

  test('[LM1] neither the token nor the cookie is logged', async () => {
    await open();
    await open({}, '/?token=wrong-token-0123456789');
    await mint(OWN);
    await get(`/none?token=${PAGE_TOKEN}`, OWN);
    const log = gateway.logLines.join('');
    expect(log).toContain('request answered');
    for (const secret of [PAGE_TOKEN, 'wrong-token', COOKIE.split('=')[1]]) expect(log).not.toContain(secret);
  });
});

describe('the cookie', () => {
  const { cookie: _, ...without } = OWN;

  test.each([
    ['none', undefined],
    ['the token itself', `speko-page-8787=${PAGE_TOKEN}`],
    ['another value', COOKIE.replace(/.$/, 'x')],
    ['more than the value', `${COOKIE}0`],
    ['an empty one', 'speko-page-8787='],
    ['the value under another name', COOKIE.replace('page', 'side')],
    ['one that is no cookie', COOKIE.replace('=', ' ')],
  ])('[PG9] with %s the calls are 401 UNAUTHORIZED, with where to look', async (_title, cookie) => {
    const headers = { ...without, ...(cookie !== undefined && { cookie }) };
    for (const response of [await get('/playground/providers', headers), await mint(headers)]) {
      expect(response.statusCode).toBe(401);
      expect(response.json()).toEqual({ error: WHERE_TO_OPEN, code: 'UNAUTHORIZED' });
    }
    expect(gateway.live.prepared).toEqual([]);
  });

  test.each([
    ['beside others', `a=b; ${COOKIE}; c`],
    ['behind one that another server of the host has put in its place', `speko-page-8787=junk; ${COOKIE}`],
    ['of another port, as a tunnel has it', COOKIE.replace('8787', '9001')],
  ])('[PG9] is found %s', async (_title, cookie) => {
    expect((await mint({ ...without, cookie })).statusCode).toBe(201);
  });

  test('[PG9] is nothing that a caller can have without the token: not by a key, not in the query', async () => {
    const authorization = `Bearer ${gateway.key}`;
    expect((await mint({ ...without, authorization })).statusCode).toBe(401);
    expect((await get(`/playground/providers?token=${PAGE_TOKEN}`, without)).statusCode).toBe(401);
  });
});

describe('[PG9] a stranger behind what stands in front of the gateway gets the files and nothing else', () => {
  const payload = JSON.stringify(validBody());
  const json = ['content-type: application/json', `content-length: ${payload.length}`];

  test.each([
    [
      'nginx with a bare proxy_pass',
      'HTTP/1.0',
      ['Host: 127.0.0.1:8787', 'Connection: close', 'sec-fetch-site: same-origin'],
    ],
    [
      'nginx with what WebSockets need',
      'HTTP/1.1',
      ['Upgrade: ', 'Connection: upgrade', 'Host: 127.0.0.1:8787', 'sec-fetch-site: same-origin'],
    ],
    [
      'nginx that passes a forged Host on',
      'HTTP/1.0',
      ['Host: localhost:8787', 'X-Real-IP: 203.0.113.7', 'Connection: close', 'origin: http://localhost:8787'],
    ],
    [
      'a proxy that says that it is one',
      'HTTP/1.1',
      ['Host: localhost:8787', 'X-Forwarded-For: 203.0.113.7', 'Via: 1.1 x', 'origin: http://localhost:8787'],
    ],
    [
      'a TCP forward, which passes on whatever the stranger writes',
      'HTTP/1.1',
      ['Host: localhost:8787', 'Origin: http://localhost:8787', 'Sec-Fetch-Site: same-origin'],
    ],
  ])('%s', async (_title, version, lines) => {
    await gateway.app.listen({ port: 0, host: '127.0.0.1' });
    const ask = (method: string, path: string, more: readonly string[] = [], body = '') =>
      statusOf([`${method} ${path} ${version}`, ...lines, ...more, 'connection: close', '', body].join('\r\n'));
    expect(await ask('GET', '/')).toBe(200);
    expect(await ask('GET', '/playground/providers')).toBe(401);
    expect(await ask('POST', '/playground/sessions', json, payload)).toBe(401);
    expect(await ask('POST', '/playground/sessions', [...json, `cookie: ${COOKIE}`], payload)).toBe(201);
  });

  /** Sends bytes as they are, and reads until the server closes. */
  async function statusOf(text: string): Promise<number> {
    const { port } = gateway.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(text);
    await once(socket, 'close');
    return Number(Buffer.concat(chunks).toString().split(' ', 2)[1]);
  }
});

test('[PG1] without a playground none of its paths exist', async () => {
  await gateway.close();
  gateway = await startHttpApp();
  for (const url of ['/', '/playground/providers', '/playground/sessions']) {
    expect((await get(url, OWN)).statusCode).toBe(404);
  }
});
