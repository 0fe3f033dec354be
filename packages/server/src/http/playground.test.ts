import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PATHS } from '@speko/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ServerOptions } from '../config.ts';
import { type HttpAppFixture, startHttpApp, validBody } from './__fixtures__/start-http-app.ts';
import { checkPlayground } from './add-playground.ts';

const SCRIPT = '/assets/index-DkX3x9_a.js';
const OWN = { origin: 'http://localhost:8787', host: 'localhost:8787' };

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
    expect(() => checkPlayground({ root: join(root, 'assets'), apiKey: 'k' })).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: expect.stringMatching(
          /^playground\.root must be a folder that holds index\.html, not ".*assets"; build the page first\.$/,
        ),
      }),
    );
    expect(() => checkPlayground({ root, apiKey: 'k' })).not.toThrow();
  });

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
    expect(gateway.live.prepared).toMatchObject([{ sessionId, keyId: gateway.keyId, provider: 'acme' }]);
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
  "Only the gateway's own page may call this; open the page at the gateway's address, or call /v1 with an API key.";
const UNKNOWN_PROXY =
  'This request came through a proxy that the gateway knows nothing of; open the page at the gateway itself, or set the public URL or the trust in the proxy.';
const UNKNOWN_HOST =
  "This host name is not known to be the gateway's; open the page by localhost or an IP address, or set the public URL to the name.";

describe('who may call', () => {
  test.each([
    ['by its Origin', OWN],
    ['under 127.0.0.1', { origin: 'http://127.0.0.1:8787', host: '127.0.0.1:8787' }],
    ['under IPv6', { origin: 'http://[::1]:8787', host: '[::1]:8787' }],
    ['under a name below localhost', { origin: 'http://app.localhost:8787', host: 'app.localhost:8787' }],
    ['under an address of the local network', { origin: 'http://192.168.1.20:8787', host: '192.168.1.20:8787' }],
    ['by Sec-Fetch-Site', { host: 'localhost:8787', 'sec-fetch-site': 'same-origin' }],
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
    ['no page at all', { host: 'localhost:8787' }],
    ['a typed address', { host: 'localhost:8787', 'sec-fetch-site': 'none' }],
    ['a page of the same site', { host: 'localhost:8787', 'sec-fetch-site': 'same-site' }],
    ['another site that sends no Origin', { host: 'localhost:8787', 'sec-fetch-site': 'cross-site' }],
    ['signs that contradict each other', { ...OWN, 'sec-fetch-site': 'cross-site' }],
    ['an Origin that contradicts', { ...OWN, 'sec-fetch-site': 'same-origin', origin: 'https://tunnel.example' }],
  ])('[PG6] refuses %s', async (_title, headers) => {
    for (const response of [await get('/playground/providers', headers), await mint(headers)]) {
      expect(response.statusCode).toBe(403);
      expect(response.json()).toEqual({ error: ONLY_OWN_PAGE, code: 'ORIGIN_FORBIDDEN' });
    }
    expect(gateway.live.prepared).toEqual([]);
  });

  test('[PG6] an origin that may call /v1 may not mint without a key', async () => {
    await restart({ allowedOrigins: ['https://app.example.com', '*'] });
    const response = await mint({ ...OWN, origin: 'https://app.example.com' });
    expect([response.statusCode, response.json().code]).toEqual([403, 'ORIGIN_FORBIDDEN']);
  });

  test.each([
    ['a stranger’s name that leads here', { host: 'evil.example:8787', origin: 'http://evil.example:8787' }],
    ['the same, by Sec-Fetch-Site', { host: 'evil.example:8787', 'sec-fetch-site': 'same-origin' }],
    ['a name that ends like localhost', { host: 'notlocalhost', origin: 'http://notlocalhost' }],
    ['a name that begins like an address', { host: '127.0.0.1.evil.example', origin: 'http://127.0.0.1.evil.example' }],
    ['a Host that is none', { host: 'a/b', origin: 'http://localhost' }],
  ])('[PG7] refuses %s', async (_title, headers) => {
    for (const response of [await get('/playground/providers', headers), await mint(headers)]) {
      expect(response.statusCode).toBe(403);
      expect(response.json()).toEqual({ error: UNKNOWN_HOST, code: 'ORIGIN_FORBIDDEN' });
    }
    expect(gateway.live.prepared).toEqual([]);
  });

  test.each([
    ['X-Forwarded-For', { 'x-forwarded-for': '203.0.113.7' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'localhost:8787' }],
    ['Forwarded', { forwarded: 'for=203.0.113.7' }],
  ])('[PG9] refuses what a proxy passed on that is not trusted: %s', async (_title, headers) => {
    for (const response of [
      await get('/playground/providers', { ...OWN, ...headers }),
      await mint({ ...OWN, ...headers }),
    ]) {
      expect(response.statusCode).toBe(403);
      expect(response.json()).toEqual({ error: UNKNOWN_PROXY, code: 'ORIGIN_FORBIDDEN' });
    }
    expect(gateway.live.prepared).toEqual([]);
  });

  test('[PG8] a forwarded host counts for nothing without a trusted proxy', async () => {
    await restart({ publicUrl: 'https://voice.example.com' });
    const response = await mint({
      host: 'evil.example',
      'x-forwarded-host': 'voice.example.com',
      origin: 'https://voice.example.com',
    });
    expect([response.statusCode, response.json().error]).toEqual([403, UNKNOWN_HOST]);
  });

  test.each([
    ['a trusted proxy', { trustProxy: true }],
    ['a public URL', { publicUrl: 'http://localhost:8787' }],
  ])('[PG9] what was passed on is answered with %s', async (_title, settings) => {
    await restart(settings);
    expect((await mint({ ...OWN, 'x-forwarded-for': '203.0.113.7' })).statusCode).toBe(201);
  });

  test.each([
    ['under the public URL', { publicUrl: 'https://voice.example.com/eu' }, { host: 'voice.example.com' }],
    [
      'under the public URL, with the Host rewritten on the way',
      { publicUrl: 'https://voice.example.com' },
      { host: '127.0.0.1:8787' },
    ],
    [
      'under a forwarded host that is the public URL’s',
      { publicUrl: 'https://voice.example.com', trustProxy: true },
      { host: 'inner:8787', 'x-forwarded-host': 'evil.example, voice.example.com', 'x-forwarded-proto': 'https' },
    ],
  ])('[PG8] the own page %s', async (_title, settings, headers) => {
    await restart(settings);
    expect((await mint({ origin: 'https://voice.example.com', ...headers })).statusCode).toBe(201);
    const other = await mint({ origin: 'https://evil.example', ...headers });
    expect([other.statusCode, other.json().error]).toEqual([403, ONLY_OWN_PAGE]);
  });
});

test('[PG1] without a playground none of its paths exist', async () => {
  await gateway.close();
  gateway = await startHttpApp();
  for (const url of ['/', '/playground/providers', '/playground/sessions']) {
    expect((await get(url, OWN)).statusCode).toBe(404);
  }
});
