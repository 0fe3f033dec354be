// The command as people run it: a process of its own, real ports, real signals.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Speko, type RealtimeSession, type SessionFrame } from '@speko/client-node';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const CLI = join(import.meta.dirname, 'cli.ts');

let folder: string;
const running = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'speko-cli-'));
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>;
}

/** Runs a program in the test's folder, with nothing of ours in its environment but what is given. */
function start(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Run {
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return { child, out: () => out, err: () => err, exit };
}

/** Starts to serve on a free port. */
async function serve(env: Readonly<Record<string, string>> = {}): Promise<Run & { readonly url: string }> {
  const run = start(process.execPath, ['--conditions=@speko/source', CLI], { PORT: '0', ...env });
  const ended = run.exit.then((exit) => Promise.reject(new Error(`It ended with ${exit}: ${run.err()}`)));
  const started = vi.waitFor(() => expect(run.out()).toContain('client_closed'), { timeout: 30_000, interval: 50 });
  await Promise.race([started, ended]);
  return { ...run, url: /on (http:\S+)/.exec(run.out())?.[1] ?? '' };
}

function mint(url: string, apiKey: string): Promise<Response> {
  return fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 's2s', s2s: { provider: 'echo', model: 'echo' } }),
  });
}

async function openCall(
  url: string,
  apiKey: string,
  provider = 'echo',
): Promise<{ session: RealtimeSession; closed: Promise<SessionFrame> }> {
  const session = await new Speko({ apiKey, baseUrl: url }).connectRealtime({ provider, model: provider });
  const frames = session[Symbol.asyncIterator]();
  expect((await frames.next()).value).toMatchObject({ type: 'ready' });
  const closed = (async () => {
    for (;;) {
      const { value } = await frames.next();
      if (value === undefined || value.type === 'close') return value as SessionFrame;
    }
  })();
  return { session, closed };
}

test('the banner names the providers, and the call in it works when it is pasted into a shell', async () => {
  const gateway = await serve();
  expect(gateway.out()).toMatch(/^ {2}echo +ready to call · model "echo"$/m);
  for (const [id, variable] of [
    ['openai', 'OPENAI_API_KEY'],
    ['google', 'GEMINI_API_KEY'],
    ['xai', 'XAI_API_KEY'],
  ]) {
    expect(gateway.out()).toMatch(new RegExp(`^ {2}${id} +set ${variable} to use it$`, 'm'));
  }
  const snippet = gateway.out().slice(gateway.out().indexOf('export SPEKO_API_KEY='));
  const call = start('sh', ['-c', snippet], {});
  expect(await call.exit).toBe(0);
  expect(call.err()).toBe('');
  expect(call.out()).toContain('{"t":"ready"');
  expect(call.out()).toMatch(/\d+ bytes of audio/);
  expect(call.out()).toContain('"text":"echo: Hello, gateway.","final":true');
  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
});

test('[LM1] neither the development key nor the token of the page is in the log, which standard output shows', async () => {
  const gateway = await serve({ LOG_LEVEL: 'trace' });
  const key = readFileSync(join(folder, '.speko', 'gateway.db.development-key'), 'utf8').trim();
  expect(gateway.out()).toContain(key);
  await mint(gateway.url, key);
  // Only where the page is built.
  const [, address = gateway.url, token = 'page_'] = /^Talk to it: (\S+token=(\S+))$/m.exec(gateway.out()) ?? [];
  await fetch(address);
  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
  expect(gateway.err()).toContain('session created');
  for (const secret of [key, token]) expect(gateway.err()).not.toContain(secret);
});

test('SIGTERM lets a call finish, then ends with 0', async () => {
  const gateway = await serve({ SPEKO_API_KEYS: 'own-key' });
  const { session, closed } = await openCall(gateway.url, 'own-key');
  gateway.child.kill('SIGTERM');
  await vi.waitFor(() => expect(gateway.err()).toContain('Stopping: 1 session may go on for up to 25 s.'), {
    timeout: 10_000,
  });
  expect((await mint(gateway.url, 'own-key')).status).toBe(503);
  expect(await session.ping()).toBeGreaterThan(0);
  await session.close();
  expect(await closed).toMatchObject({ type: 'close', code: 1000 });
  expect(await gateway.exit).toBe(0);
});

// A machine that stands still for a second turns the same signal into another one.
test('[CMD7] started by npm, a signal may come twice, and another one ends the process', { retry: 2 }, async () => {
  const gateway = await serve({ SPEKO_API_KEYS: 'own-key', npm_lifecycle_event: 'npx' });
  const { session } = await openCall(gateway.url, 'own-key');
  gateway.child.kill('SIGINT');
  await vi.waitFor(() => expect(gateway.err()).toContain('Stopping'), { timeout: 10_000, interval: 5 });
  gateway.child.kill('SIGINT');
  expect(await session.ping()).toBeGreaterThan(0);
  // Those that come too soon change nothing.
  const again = setInterval(() => gateway.child.kill('SIGINT'), 100);
  expect(await gateway.exit).toBe('SIGINT');
  clearInterval(again);
});

test('[CMD7] a second signal ends the process at once', async () => {
  const gateway = await serve({ SPEKO_API_KEYS: 'own-key' });
  await openCall(gateway.url, 'own-key');
  gateway.child.kill('SIGINT');
  await vi.waitFor(() => expect(gateway.err()).toContain('Stopping'), { timeout: 10_000 });
  gateway.child.kill('SIGINT');
  expect(await gateway.exit).toBe('SIGINT');
});

test('[ST5] a signal ends a gateway that waits for another', async () => {
  await serve({ SPEKO_API_KEYS: 'own-key' });
  const second = start(process.execPath, ['--conditions=@speko/source', CLI], { PORT: '0' });
  await vi.waitFor(() => expect(second.err()).toContain('another gateway serves from this database'), {
    timeout: 20_000,
  });
  second.child.kill('SIGTERM');
  expect(await second.exit).toBe(0);
});

test('[LM1] neither keys nor tokens are in the log, even at its most talkative', async () => {
  await using vendor = await startSimulatorHost({ simulator: createOpenAISimulator() });
  const gateway = await serve({
    SPEKO_API_KEYS: 'own-key-of-no-known-shape',
    OPENAI_API_KEY: 'vendor-key-of-no-known-shape',
    OPENAI_BASE_URL: `${vendor.url}/v1`,
    LOG_LEVEL: 'trace',
  });
  const answer = await mint(gateway.url, 'own-key-of-no-known-shape');
  const { wsToken }: { wsToken: string } = JSON.parse(await answer.text());
  await mint(gateway.url, 'sk_speko_wrong0123456789wrong0123456789');
  const { session } = await openCall(gateway.url, 'own-key-of-no-known-shape', 'openai');
  await session.close();
  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
  const lines = gateway.err().trim().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines.filter((text) => text.startsWith('{'))) expect(JSON.parse(line)).toHaveProperty('level');
  for (const secret of ['own-key-of', 'vendor-key-of', 'sk_speko_wrong', wsToken]) {
    expect(gateway.err() + gateway.out()).not.toContain(secret);
  }
  // The database knows hashes only.
  const database = readFileSync(join(folder, '.speko', 'gateway.db'), 'latin1');
  for (const secret of ['own-key-of', wsToken]) expect(database).not.toContain(secret);
});

test.each(['20.19.0', '22.17.1'])('[CMD1] Node %s is answered with a sentence', async (version) => {
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;
  const run = start(process.execPath, ['--import', pretend, CLI], {});
  expect(await run.exit).toBe(2);
  expect(run.out()).toBe('');
  expect(run.err()).toBe(
    `speko-gateway needs Node 22.18 or newer, and this is Node ${version}. Install a newer one, such as Node 24 from https://nodejs.org.\n`,
  );
});

test('[CMD6] a gateway does not outlive the npx that started it, and lets calls finish', async () => {
  const script = `"${process.execPath}" --conditions=@speko/source "${CLI}"; true`;
  const npx = start('sh', ['-c', script], { PORT: '0', SPEKO_API_KEYS: 'own-key', npm_lifecycle_event: 'npx' });
  await vi.waitFor(() => expect(npx.out()).toContain('client_closed'), { timeout: 30_000, interval: 50 });
  const { session, closed } = await openCall(/on (http:\S+)/.exec(npx.out())?.[1] ?? '', 'own-key');
  npx.child.kill('SIGKILL');
  await vi.waitFor(() => expect(npx.err()).toContain('Stopping: 1 session'), { timeout: 10_000 });
  await session.close();
  expect(await closed).toMatchObject({ type: 'close', code: 1000 });
  // The pipes close when the last process that writes to them has ended.
  expect(await npx.exit).toBe('SIGKILL');
});
