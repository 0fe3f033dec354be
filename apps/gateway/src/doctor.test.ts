import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doctor, type DoctorOptions } from './doctor.ts';
import { keepPageToken } from './page-token.ts';
import { readConfig, type Environment } from './read-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'speko-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly ok: boolean;
  readonly setup: readonly { name: string; state: string; detail: string }[];
  readonly providers: readonly { name: string; state: string; detail: string }[];
}

async function examine(env: Environment, options: Omit<DoctorOptions, 'json'> = {}) {
  const output: string[] = [];
  const terminal = {
    print: (text: string) => void output.push(text),
    remark: (text: string) => void output.push(text),
  };
  const config = readConfig({ PORT: '0', SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`, ...env });
  const exitCode = await doctor(config, terminal, { json: true, ...options });
  return { exitCode, text: output.join('\n'), report: JSON.parse(output[0] ?? '') as Report };
}

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('without any setting: the echo works, the vendors say what they need, and nothing failed', async () => {
  const { exitCode, report } = await examine({});
  expect(exitCode).toBe(0);
  expect(report.ok).toBe(true);
  expect(Object.fromEntries(report.providers.map(({ name, ...finding }) => [name, finding]))).toMatchObject({
    echo: { state: 'ok', detail: 'built in, model "echo"' },
    openai: { state: 'missing', detail: 'set OPENAI_API_KEY to use it' },
    google: { state: 'missing', detail: 'set GEMINI_API_KEY to use it' },
    xai: { state: 'missing', detail: 'set XAI_API_KEY to use it' },
  });
  expect(report.setup.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'address ok',
    'database ok',
    'API keys ok',
    expect.stringMatching(/^page (ok|missing)$/),
  ]);
});

test('it makes neither a database nor a key', async () => {
  await examine({});
  expect(existsSync(join(folder, 'gateway.db'))).toBe(false);
  expect(existsSync(join(folder, 'gateway.db.development-key'))).toBe(false);
  expect(existsSync(join(folder, 'gateway.db.page-token'))).toBe(false);
});

test('a vendor that answers is ready, and the connection is closed again', async () => {
  await using host = await startSimulatorHost({ simulator: createOpenAISimulator() });
  const { exitCode, report } = await examine({ OPENAI_BASE_URL: `${host.wsUrl}/v1`, OPENAI_API_KEY: 'sk-test' });
  expect(report.providers[1]).toEqual({
    name: 'openai',
    state: 'ok',
    detail: expect.stringMatching(/^ready after \d+ ms, model "gpt-realtime-2\.1"$/),
  });
  expect(exitCode).toBe(0);
  const connection = await host.nextConnection();
  await connection.closed;
});

test('a key the vendor refuses fails with the vendor’s own words, without the key', async () => {
  await using host = await startSimulatorHost({ simulator: createOpenAISimulator() });
  const { exitCode, text, report } = await examine({
    OPENAI_BASE_URL: `${host.url}/v1`,
    OPENAI_API_KEY: 'sk-invalid-0123456789',
  });
  expect(exitCode).toBe(1);
  expect(report.ok).toBe(false);
  expect(report.providers[1]).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('Incorrect API key provided'),
  });
  expect(text).not.toContain('sk-invalid-0123456789');
});

test('a vendor that refuses the upgrade fails with its status', async () => {
  await using host = await startSimulatorHost({ simulator: createOpenAISimulator({ refuseWithStatus: 503 }) });
  const { exitCode, report } = await examine({ OPENAI_BASE_URL: `${host.url}/v1` });
  expect(exitCode).toBe(1);
  expect(report.providers[1]).toMatchObject({ state: 'failed', detail: expect.stringContaining('503') });
});

test('a port that nobody listens on fails with what the system says', async () => {
  const port = await closedPort();
  const { exitCode, report } = await examine({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` });
  expect(exitCode).toBe(1);
  expect(report.providers[1]).toMatchObject({ state: 'failed', detail: expect.stringContaining('ECONNREFUSED') });
});

test('a vendor that never answers fails when the time is over', async () => {
  await using host = await startSimulatorHost({ simulator: createOpenAISimulator(), faults: { neverAnswer: true } });
  const { exitCode, report } = await examine({ OPENAI_BASE_URL: `${host.url}/v1` }, { timeoutMs: 100 });
  expect(exitCode).toBe(1);
  expect(report.providers[1]).toMatchObject({ state: 'failed', detail: 'The provider was not ready within 100 ms.' });
});

test('one provider and one model can be chosen', async () => {
  await using host = await startSimulatorHost({ simulator: createOpenAISimulator() });
  const env = { OPENAI_BASE_URL: `${host.url}/v1` };
  const { report } = await examine(env, { provider: 'openai', model: 'unknown-model' });
  expect(report.providers).toEqual([
    { name: 'openai', state: 'failed', detail: expect.stringContaining("The model 'unknown-model' does not exist") },
  ]);
});

test('a database that cannot be used fails, with the variable to set', async () => {
  writeFileSync(join(folder, 'notes.txt'), 'no database '.repeat(200));
  const { exitCode, report } = await examine({ SPEKO_DATABASE_URL: `file:${join(folder, 'notes.txt')}` });
  expect(exitCode).toBe(1);
  expect(report.setup[1]).toMatchObject({ state: 'failed', detail: expect.stringContaining('SPEKO_DATABASE_URL') });
});

test('the table has a row for everything, without a key', async () => {
  const output: string[] = [];
  const terminal = { print: (text: string) => void output.push(text), remark: () => undefined };
  await doctor(
    readConfig({
      SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`,
      SPEKO_API_KEYS: 'hunter2-hunter2',
      PORT: '0',
    }),
    terminal,
    { json: false, provider: 'xai' },
  );
  expect(output.join('\n').split('\n')).toEqual([
    'Setup',
    '  address   ok       listens on 127.0.0.1 port of its own choice',
    `  database  ok       ${join(folder, 'gateway.db')} (made by the first start)`,
    '  API keys  ok       1 in SPEKO_API_KEYS',
    '  page      missing  the page works with the development key only; unset SPEKO_API_KEYS to get it',
    '',
    'Providers',
    '  xai       missing  set XAI_API_KEY to use it',
  ]);
});

test.each(['openai', 'google', 'xai'])('[CMD4] %s alone, without what it needs, cannot be used', async (provider) => {
  const { exitCode, report } = await examine({}, { provider });
  expect(exitCode).toBe(1);
  expect(report.ok).toBe(false);
  expect(report.providers).toEqual([expect.objectContaining({ name: provider, state: 'missing' })]);
});

test('[CMD4] a provider alone that works is told with exit code 0', async () => {
  const { exitCode, report } = await examine({}, { provider: 'echo' });
  expect([exitCode, report.ok]).toEqual([0, true]);
});

test('[CMD5] a port that another program has is a failure', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  other.on('connection', (socket) => socket.destroy());
  const { exitCode, report } = await examine({ PORT: String(port) });
  await new Promise((resolve) => other.close(resolve));
  expect(exitCode).toBe(1);
  expect(report.setup[0]).toEqual({
    name: 'address',
    state: 'failed',
    detail: `Port ${port} of 127.0.0.1 is in use by another program. Stop that one, or set PORT to another port (0 takes a free one).`,
  });
});

test('where the token of the page is kept is told, the token is not', async () => {
  const { token, path } = keepPageToken(join(folder, 'gateway.db'));
  const { report, text } = await examine({ SPEKO_PLAYGROUND: 'true' }, { provider: 'echo' });
  // The page need not be built for these tests.
  expect([
    `to talk on, at the address that serve prints; its token is kept in ${path}`,
    'the page is not built; run pnpm build, then start again',
  ]).toContain(report.setup.find(({ name }) => name === 'page')?.detail);
  expect(text).not.toContain(token);
});
