// The programs of the documentation that need no vendor and no browser, run as a reader would: word for word, each in a
// process of its own, by the Node that runs this. Only what they are to talk to is put in their way.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { createEcho } from '@speko/adapter-echo';
import { encodeWav } from '@speko/audio';
import { createLogger, createServer, createSqliteStore, type SpekoServer } from '@speko/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { speech } from './helpers/speech.ts';

/** Page, which of its blocks, and what the program has to print. */
const SNIPPETS: readonly [page: string, block: number, output: RegExp][] = [
  ['README.md', 0, /^user: Hello\nassistant: echo: Hello\n$/],
  ['apps/gateway/README.md', 0, /id: 'echo'/],
  ['docs/adapters/google.md', 0, /^serving on http:\/\/127\.0\.0\.1:\d+\n$/m],
  ['packages/adapter-echo/README.md', 0, /^\[ 'echo: Echo \(built in\)' \]\n$/],
  ['packages/adapter-echo/README.md', 1, /^35$/m],
  ['packages/adapter-kit/README.md', 0, /^turn-1 3\n.*JSON/],
  ['packages/adapter-xai/README.md', 0, /^wss:\/\/api\.x\.ai\/v1\/realtime\?model=grok-voice-3\.0 \{/],
  ['packages/audio/README.md', 0, /^640 bytes at -\S+ dBFS, 684 as WAV\n/],
  ['packages/client-core/README.md', 1, /^\[ \{ type: 'await-close' \} \]\n$/],
  ['packages/client-node/README.md', 0, /^user: \(0\.4 s of speech\)\nassistant: /],
  ['packages/client-node/README.md', 2, /^$/],
  ['packages/protocol/README.md', 0, /^s2s\.voicee: Unknown field/],
  ['packages/server/README.md', 0, /^serving on http:\/\/127\.0\.0\.1:\d+\n$/m],
  ['packages/simulator-kit/README.md', 0, /^ws:\/\/127\.0\.0\.1:\d+\n$/],
  ['packages/simulators/README.md', 0, /^Set OPENAI_BASE_URL to http:\S+\/v1 and OPENAI_API_KEY to anything\.\n$/],
  ['docs/simulators.md', 0, /^Set XAI_BASE_URL to http:\S+\/v1 and XAI_API_KEY to anything\.\n$/],
];

const KEY = 'sk_speko_snippets';

interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = join(import.meta.dirname, '..', '..');
let folder: string;
let gateway: { readonly server: SpekoServer; readonly url: string };
let runs: readonly Run[];

beforeAll(async () => {
  gateway = await startEchoGateway();
  folder = makeProject();
  const all = SNIPPETS.map(
    ([page, block]) =>
      async () =>
        run(writeSnippet(page, block)),
  );
  runs = await runSome(all, availableParallelism());
}, 120_000);
afterAll(async () => {
  await gateway.server.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(SNIPPETS.map((snippet, index) => [...snippet, index] as const))(
  '%s, block %i, runs',
  (_page, _block, output, index) => {
    const { exitCode, stdout, stderr } = runs[index] ?? {};
    expect(stderr?.replaceAll(/^\{.*\}\n|^.*ExperimentalWarning.*\n|^\(Use `node --trace.*\n/gm, '')).toBe('');
    expect(stdout).toMatch(output);
    expect(exitCode).toBe(0);
  },
);

async function startEchoGateway(): Promise<typeof gateway> {
  const echo = createEcho();
  const server = createServer({
    adapters: [{ state: 'configured', adapter: echo, options: echo.parseOptions({}) }],
    store: createSqliteStore({ path: ':memory:' }),
    configuredKeys: [{ key: KEY, name: 'snippets' }],
    logger: createLogger({ level: 'silent' }),
  });
  return { server, ...(await server.listen({ port: 0 })) };
}

/** An empty project, but for the packages of this repository and a recording. */
function makeProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'speko-snippets-'));
  mkdirSync(join(project, 'node_modules', '@speko'), { recursive: true });
  for (const at of [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'apps/gateway']) {
    symlinkSync(join(root, at), join(project, 'node_modules', '@speko', basename(at)));
  }
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  writeFileSync(join(project, 'question.wav'), encodeWav({ pcm: speech({ ms: 400 }), sampleRateHz: 24_000 }));
  return project;
}

/** @returns the file, as a reader would save it */
function writeSnippet(page: string, block: number): string {
  const file = join(folder, `${page.replaceAll('/', '-')}-${block}.ts`);
  writeFileSync(file, readBlocks(page)[block]?.replace('http://127.0.0.1:8787', gateway.url) ?? '');
  return file;
}

function readBlocks(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? '');
}

function run(file: string): Promise<Run> {
  const others = Object.entries(process.env).filter(([name]) => !/^(SPEKO|OPENAI|GEMINI|XAI)_/.test(name));
  const env = { ...Object.fromEntries(others), SPEKO_API_KEY: KEY, SPEKO_BASE_URL: gateway.url, LOG_LEVEL: 'warn' };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=@speko/source', file],
      { cwd: folder, env, timeout: 60_000 },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

/** Does all of them, that many at the same time. */
async function runSome<T>(jobs: readonly (() => Promise<T>)[], atATime: number): Promise<T[]> {
  const results: T[] = [];
  const queue = jobs.entries();
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (const [index, job] of queue) results[index] = await job();
    }),
  );
  return results;
}
