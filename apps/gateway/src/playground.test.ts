import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeGateway } from './banner.ts';
import { letsLocalPagesConnect, planPlayground } from './playground.ts';
import { readConfig, type Environment } from './read-config.ts';
import { startGateway } from './start-gateway.ts';

const ROOT = '/srv/playground';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'speko-playground-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Talk</title>');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const plan = (env: Environment) => planPlayground(readConfig(env), ROOT);

describe('whether there is a page', () => {
  test.each([
    ['nothing set', {}, false],
    ['another address of this machine', { HOST: '::1' }, false],
    ['a public URL of this machine', { SPEKO_PUBLIC_URL: 'http://localhost:8787' }, false],
    ['a public name of this machine', { SPEKO_PUBLIC_URL: 'http://speko.localhost:8787' }, false],
    ['asked for', { SPEKO_PLAYGROUND: 'true' }, false],
    ['asked for where others reach it', { SPEKO_PLAYGROUND: 'true', HOST: '0.0.0.0' }, true],
  ])('on: %s', (_title, env, isExposed) => {
    expect(plan(env)).toEqual({ state: 'on', root: ROOT, isExposed });
  });

  const exposed =
    'others may reach this gateway; set SPEKO_PLAYGROUND to true to let those talk who have the address of the page';

  test.each([
    ['every address', { HOST: '0.0.0.0' }, exposed, true],
    ['an address of the local network', { HOST: '192.168.1.20' }, exposed, true],
    ['a name that looks like an address', { HOST: '127.example.com' }, exposed, true],
    ['a public URL', { SPEKO_PUBLIC_URL: 'https://voice.example.com' }, exposed, true],
    ['a proxy in front', { SPEKO_TRUST_PROXY: 'true' }, exposed, true],
    [
      'keys of the operator',
      { SPEKO_API_KEYS: 'own-key' },
      'the page works with the development key only; unset SPEKO_API_KEYS to get it',
      false,
    ],
    [
      'switched off',
      { SPEKO_PLAYGROUND: 'false' },
      'SPEKO_PLAYGROUND is false; set it to true or unset it to get the page',
      false,
    ],
  ])('off: %s', (_title, env, reason, isSurprise) => {
    expect(plan(env)).toEqual({ state: 'off', reason, isSurprise });
  });

  test('off: not built, said in one line instead of failing', () => {
    expect(planPlayground(readConfig({}), undefined)).toEqual({
      state: 'off',
      reason: 'the page is not built; run pnpm build, then start again',
      isSurprise: true,
    });
  });
});

test.each([
  ['nothing set', {}, true],
  ['another address of this machine', { HOST: '::1' }, true],
  ['no page', { SPEKO_PLAYGROUND: 'false' }, true],
  ['every address', { HOST: '0.0.0.0', SPEKO_PLAYGROUND: 'true' }, false],
  ['a public URL', { SPEKO_PUBLIC_URL: 'https://voice.example.com' }, false],
  ['a proxy in front', { SPEKO_TRUST_PROXY: 'true' }, false],
  ['keys of the operator', { SPEKO_API_KEYS: 'own-key' }, false],
  ['origins of the operator', { SPEKO_ALLOWED_ORIGINS: 'https://app.example.com' }, false],
])('whether pages of this machine may connect unasked: %s', (_title, env, expected) => {
  expect(letsLocalPagesConnect(readConfig(env))).toBe(expected);
});

function environment(env: Environment = {}): Environment {
  return { PORT: '0', LOG_LEVEL: 'silent', SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`, ...env };
}

test('the page and its calls are served with the development key, which does not reach it', async () => {
  await using gateway = await startGateway({ env: environment(), playgroundRoot: folder });
  const opened = await fetch(gateway.pageUrl ?? '', { redirect: 'manual' });
  expect([opened.status, opened.headers.get('location')]).toEqual([302, './']);
  const [cookie = ''] = (opened.headers.get('set-cookie') ?? '').split(';');
  expect(cookie.split('=')[0]).toBe(`speko-page-${new URL(gateway.url).port}`);
  const page = await fetch(gateway.url, { headers: { cookie } });
  expect(await page.text()).toBe('<!doctype html><title>Talk</title>');
  const minted = await fetch(`${gateway.url}/playground/sessions`, {
    method: 'POST',
    headers: { origin: gateway.url, cookie },
    body: JSON.stringify({ mode: 's2s', s2s: { provider: 'echo', model: 'echo' } }),
  });
  const answer: { sessionId: string } = JSON.parse(await minted.text());
  expect([minted.status, answer]).toEqual([201, expect.not.objectContaining({ apiKey: expect.anything() })]);
  expect(JSON.stringify(answer)).not.toContain(gateway.apiKey);
  const record = await fetch(`${gateway.url}/v1/sessions/${answer.sessionId}`, {
    headers: { authorization: `Bearer ${gateway.apiKey}` },
  });
  expect(record.status).toBe(200);
});

test('with keys of the operator there is neither page nor call', async () => {
  const env = environment({ SPEKO_API_KEYS: 'own-key' });
  await using gateway = await startGateway({ env, playgroundRoot: folder });
  for (const path of ['/', '/playground/providers']) {
    expect((await fetch(gateway.url + path, { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(404);
  }
  expect(describeGateway(gateway, 'node').split('\n').slice(0, 2)).toEqual([`Speko gateway on ${gateway.url}`, '']);
});

test('a stranger gets the page and none of its calls, whatever a proxy in between leaves of the request', async () => {
  await using gateway = await startGateway({ env: environment(), playgroundRoot: folder });
  expect((await fetch(gateway.url)).status).toBe(200);
  const headers = { origin: gateway.url, 'sec-fetch-site': 'same-origin' };
  expect((await fetch(`${gateway.url}/playground/providers`, { headers })).status).toBe(401);
  expect((await fetch(`${gateway.url}/playground/sessions`, { method: 'POST', headers, body: '{}' })).status).toBe(401);
});

test('the address of the page is the same after a restart', async () => {
  const urls: (string | undefined)[] = [];
  for (let run = 0; run < 2; run += 1) {
    await using gateway = await startGateway({ env: environment(), playgroundRoot: folder });
    urls.push(gateway.pageUrl?.replace(gateway.url, ''));
  }
  expect(urls[0]).toMatch(/^\/\?token=page_[0-9a-f]{48}$/);
  expect(urls[1]).toBe(urls[0]);
});

describe('the banner', () => {
  test('begins with where to talk', async () => {
    await using gateway = await startGateway({ env: environment(), playgroundRoot: folder });
    expect(describeGateway(gateway, 'node').split('\n').slice(0, 4)).toEqual([
      expect.stringMatching(/^Talk to it: http:\/\/127\.0\.0\.1:\d+\/\?token=page_[0-9a-f]{48}$/),
      '',
      `Speko gateway on ${gateway.url}`,
      '',
    ]);
  });

  test('warns where others can talk too', async () => {
    const env = environment({
      HOST: '0.0.0.0',
      SPEKO_PLAYGROUND: 'true',
      SPEKO_TRUST_PROXY: 'true',
      SPEKO_PUBLIC_URL: 'https://voice.example.com/',
    });
    await using gateway = await startGateway({ env, playgroundRoot: folder });
    expect(describeGateway(gateway, 'node').split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^Talk to it: https:\/\/voice\.example\.com\/\?token=page_[0-9a-f]{48}$/),
      'Others may reach this gateway: whoever has that address can hold calls at your expense.',
      '',
    ]);
  });

  test('says in one line why there is no page where one might be expected', async () => {
    await using gateway = await startGateway({ env: environment({ HOST: '0.0.0.0' }), playgroundRoot: folder });
    expect(describeGateway(gateway, 'node').split('\n').slice(0, 3)).toEqual([
      `Speko gateway on ${gateway.url}`,
      'No page to talk on: others may reach this gateway; set SPEKO_PLAYGROUND to true to let those talk who have the address of the page.',
      '',
    ]);
  });
});
