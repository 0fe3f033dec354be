// scripts/run.mjs in a repository made for the test, with stand-ins for pnpm and npx, so that nothing is fetched.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { repositoryRoot } from './workspace.ts';

/**
 * Prints its arguments, then each interrupt; ends on SIGTERM with 10 plus the number of interrupts, or with 99 if a
 * signal reached it past the script.
 */
const GATEWAY = `
let interrupts = 0;
process.on('SIGINT', () => { interrupts += 1; console.log('interrupt ' + interrupts); });
let bypassed = false;
process.on('SIGWINCH', () => { bypassed = true; });
process.on('SIGTERM', () => process.exit(bypassed ? 99 : 10 + interrupts));
console.log(JSON.stringify(process.argv.slice(2)));
setInterval(() => {}, 60_000);
`;
const VITEST_REPORT = { passed: 3, failed: 0, skipped: 1, retried: [], slowest: [] };

let repository: string;

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'speko-run-'));
  write('package.json', JSON.stringify({ packageManager: 'pnpm@10.34.9' }));
  write('apps/gateway/dist/cli.js', GATEWAY);
  writeTool('npx', 'echo "\\"$PATH\\""');
  writeTool('pnpm', '[ "$1" = --version ] && echo 10.34.9; exit 0');
  writeTool('chromium', 'exit 0');
  mkdirSync(join(repository, 'scripts'));
  for (const name of ['run', 'create-stages', 'find-chromium', 'summarise-tests', 'test-report']) {
    const script = `scripts/${name}.mjs`;
    copyFileSync(join(repositoryRoot, script), join(repository, script));
  }
});

afterEach(() => rmSync(repository, { recursive: true, force: true }));

test('an unknown task is answered with the usage and exit code 2', async () => {
  const { code, stderr } = await finish(run('fly'));
  expect(stderr).toContain(
    'Usage: node scripts/run.mjs demo|start|doctor|keys|pack:all|attack|test:clients|release:dry|test|check|',
  );
  expect(code).toBe(2);
});

test('of the checks that run side by side, one that fails says why, and the others are stopped', async () => {
  const slow = 'trap "echo stopped > stopped; exit" TERM; echo > started; sleep 60 & wait';
  writeTool(
    'pnpm',
    `[ "$1" = --version ] && echo 10.34.9
case "$2 $4" in
  "turbo typecheck:neutral") ${slow};;
  "oxlint ") while [ ! -e started ]; do sleep 0.01; done; echo 'a bad type' >&2; exit 3;;
esac`,
  );
  const { code, stdout, stderr } = await finish(run('check'));
  expect(stderr).toMatch(/\na bad type\n✗ lint and types failed after [\d.]+ s\. To run it again: pnpm lint\n$/);
  expect([code, stdout]).toEqual([3, '']);
  await vi.waitFor(() => expect(existsSync(join(repository, 'stopped'))).toBe(true));
});

describe('a port in use', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  async function takePort(answer: RequestListener): Promise<number> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  test('is found before anything is installed or built', async () => {
    writeTool('pnpm', 'echo "$@" >> pnpm.log; echo 10.34.9');
    const port = await takePort((_request, response) => response.writeHead(503).end('{}'));
    const { code, stdout, stderr } = await finish(runWith({ PORT: String(port) }, 'start'));
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      `✗ Port ${port} of 127.0.0.1 is in use by another program. Stop that one, or set PORT to another port (0 takes a free one).\n`,
    ]);
    expect(existsSync(join(repository, 'pnpm.log'))).toBe(false);
  });

  test('by a gateway that shuts down is waited for by the next one', async () => {
    const port = await takePort((_request, response) => response.writeHead(503).end('{"status":"draining"}'));
    const gateway = runWith({ PORT: String(port) }, 'start');
    await readLines(gateway).waitFor(/^\["serve"\]/);
    gateway.kill('SIGTERM');
    expect(await exitCode(gateway)).toBe(10);
  });

  test('is nothing to a command that does not listen', async () => {
    const port = await takePort((request) => request.destroy());
    const gateway = runWith({ PORT: String(port) }, 'doctor');
    await readLines(gateway).waitFor(/^\["doctor"\]/);
    gateway.kill('SIGTERM');
    expect(await exitCode(gateway)).toBe(10);
  });

  test.each(['0', 'http', '70000'])('cannot be %s, which the gateway itself speaks about', async (port) => {
    const gateway = runWith({ PORT: port }, 'start');
    await readLines(gateway).waitFor(/^\["serve"\]/);
    gateway.kill('SIGTERM');
    expect(await exitCode(gateway)).toBe(10);
  });
});

test('an old Node is answered with a sentence', async () => {
  const pretend =
    "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.8'}})";
  const child = spawn(process.execPath, ['--import', pretend, 'scripts/run.mjs', 'start'], {
    cwd: repository,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(await finish(child)).toEqual({
    code: 2,
    stdout: '',
    stderr: '✗ This needs Node 20 or newer, and this is Node 18.20.8. Install one from https://nodejs.org.\n',
  });
});

test('arguments reach the gateway as they were typed', async () => {
  const gateway = run('start', '--port', '0', 'two words', '$HOME');
  const lines = readLines(gateway);
  expect(await lines.waitFor(/^\[/)).toBe('["serve","--port","0","two words","$HOME"]');
  gateway.kill('SIGTERM');
  expect(await exitCode(gateway)).toBe(10);
});

test.each([
  ['doctor', ['--json'], '["doctor","--json"]'],
  ['keys', ['create', '--name', 'app'], '["keys","create","--name","app"]'],
  // pnpm, unlike npm, hands on the first `--`; a second one is an argument.
  ['keys', ['--', 'create', '--', '-x'], '["keys","create","--","-x"]'],
])('%s is a command of the gateway, with its arguments', async (task, args, expected) => {
  const gateway = run(task, ...args);
  expect(await readLines(gateway).waitFor(/^\[/)).toBe(expected);
  gateway.kill('SIGTERM');
  expect(await exitCode(gateway)).toBe(10);
});

test.each([
  ['attack', '@speko/tests-attacks', 'tests/attacks/src/cli.ts', ['--all-at-once', '--minutes', '2']],
  ['test:clients', '@speko/tests-clients', 'tests/clients/src/cli.ts', ['--only', 'livekit']],
])('%s gets its arguments, once it and what it tries are built', async (task, packageName, cli, args) => {
  writeTool('pnpm', '[ "$1" = --version ] && echo 10.34.9; [ "$2" = turbo ] && echo "$@" > turbo.log; exit 0');
  write(cli, 'console.log(JSON.stringify(process.argv.slice(2)));');
  const { code, stdout } = await finish(run(task, ...args));
  expect(stdout).toBe(`${JSON.stringify(args)}\n`);
  expect(readFileSync(join(repository, 'turbo.log'), 'utf8')).toBe(
    `exec turbo run build --filter=${packageName} --output-logs=errors-only\n`,
  );
  expect(code).toBe(0);
});

test('a Ctrl-C that comes from the terminal and again from npm reaches the gateway once', async () => {
  const gateway = run('start');
  const lines = readLines(gateway);
  await lines.waitFor(/^\["serve"\]/);
  process.kill(-pidOf(gateway), 'SIGINT');
  expect(await lines.waitFor(/^interrupt/)).toBe('interrupt 1');
  gateway.kill('SIGINT');
  gateway.kill('SIGTERM');
  expect(await exitCode(gateway)).toBe(11);
});

test('signals of the terminal reach the gateway through the script only', async () => {
  const gateway = run('start');
  const lines = readLines(gateway);
  await lines.waitFor(/^\["serve"\]/);
  process.kill(-pidOf(gateway), 'SIGWINCH');
  process.kill(-pidOf(gateway), 'SIGINT');
  await lines.waitFor(/^interrupt/);
  gateway.kill('SIGTERM');
  expect(await exitCode(gateway)).toBe(11);
});

test('the gateway does not outlive the npm that started it', async () => {
  const shell = spawn('sh', ['-c', `"${process.execPath}" scripts/run.mjs start; true`], {
    cwd: repository,
    env: { ...environment(), npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await readLines(shell).waitFor(/^\["serve"\]/);
  shell.kill('SIGKILL');
  // The pipe closes when the last process that writes to it has ended.
  await once(shell, 'close');
  expect(shell.signalCode).toBe('SIGKILL');
});

test('a stage that fails is named, with the command that runs it again', async () => {
  writeTool(
    'pnpm',
    '[ "$1" = --version ] && echo 10.34.9; [ "$1" = install ] && echo "no space left" >&2 && exit 7; exit 0',
  );
  const { code, stderr } = await finish(run('start'));
  expect(stderr).toMatch(
    /no space left\n✗ install failed after [\d.]+ s\. To run it again: pnpm install --frozen-lockfile\n$/,
  );
  expect(code).toBe(7);
});

test('the last line of a test run counts what vitest reported', async () => {
  writeVitest(VITEST_REPORT, 0);
  const { code, stdout } = await finish(run('check'));
  expect(stdout.trim().split('\n').at(-1)).toBe('Tests: 3 passed, 0 failed, 1 skipped');
  expect(code).toBe(0);
});

test('more than two tests that passed only when tried again are a failure in continuous integration', async () => {
  writeVitest({ ...VITEST_REPORT, retried: ['a.test.ts > one', 'a.test.ts > two', 'b.test.ts > three'] }, 0);
  const elsewhere = await finish(runWith({ CI: '' }, 'check'));
  expect(elsewhere.stdout).toContain('Passed on a second try:\n  a.test.ts > one\n');
  expect(elsewhere.code).toBe(0);
  const { code, stdout } = await finish(runWith({ CI: 'true' }, 'check'));
  expect(stdout.trim().split('\n').at(-1)).toBe('Tests: 3 passed, 0 failed, 1 skipped (3 on the second try)');
  expect(code).toBe(1);
});

test('a run without any test fails', async () => {
  writeVitest({ ...VITEST_REPORT, passed: 0 }, 0);
  const { code, stdout } = await finish(run('check'));
  expect(stdout.trim().split('\n').at(-1)).toBe('Tests: 0 passed, 0 failed, 1 skipped');
  expect(code).toBe(1);
});

// Elsewhere a Chromium of the machine itself would be found, whatever the PATH.
describe.runIf(process.platform === 'linux')('the Chromium of the browser tests', () => {
  const SKIPPED =
    '! THE BROWSER TESTS ARE SKIPPED: there is no Chromium here. Install Chromium or Google Chrome, or set CHROMIUM_PATH to its program file.';

  /** Finds the tools of the test and nothing of this machine. */
  const runAlone = (env: NodeJS.ProcessEnv, ...args: string[]): ChildProcess =>
    runWith({ PATH: join(repository, 'bin'), ...env }, ...args);

  /** The path that vitest was given, if it was started at all. */
  const givenPath = (stdout: string): string | undefined => /^chromium is (.*)$/m.exec(stdout)?.[1];

  beforeEach(() => {
    writeVitest(VITEST_REPORT, 0);
    rmSync(join(repository, 'bin/chromium'));
    writeTool('id', 'echo 0');
    writeTool('apt-get', 'echo "$@" >> apt.log; [ "$1" = update ] || /bin/cp bin/pnpm bin/chromium');
  });

  test('one on the PATH is handed to the tests', async () => {
    writeTool('google-chrome', 'exit 0');
    const { code, stdout, stderr } = await finish(runAlone({ CI: 'true' }, 'test'));
    expect(givenPath(stdout)).toBe(join(repository, 'bin/google-chrome'));
    expect(stderr).not.toContain('chromium');
    expect(code).toBe(0);
  });

  test('CHROMIUM_PATH comes before what is on the PATH', async () => {
    writeTool('chromium', 'exit 0');
    const path = join(repository, 'bin/pnpm');
    expect(givenPath((await finish(runAlone({ CHROMIUM_PATH: path }, 'check'))).stdout)).toBe(path);
  });

  test('a CHROMIUM_PATH that leads nowhere is refused before anything is built', async () => {
    const { code, stdout, stderr } = await finish(runAlone({ CHROMIUM_PATH: '/nowhere/chrome' }, 'check'));
    expect(stderr).toBe(
      '✗ CHROMIUM_PATH is "/nowhere/chrome", where there is no program. Install Chromium or Google Chrome, or set CHROMIUM_PATH to its program file.\n',
    );
    expect([code, stdout]).toEqual([1, '']);
  });

  test('the test command installs one where it is root of a Debian, as a stage', async () => {
    const { code, stdout, stderr } = await finish(runAlone({ CI: 'true' }, 'test'));
    expect(readFileSync(join(repository, 'apt.log'), 'utf8')).toBe(
      'update\ninstall -y --no-install-recommends -o DPkg::Lock::Timeout=120 chromium\n',
    );
    expect(stderr).toMatch(/^✓ install [\d.]+ s\n✓ chromium [\d.]+ s\n✓ build /);
    expect(givenPath(stdout)).toBe(join(repository, 'bin/chromium'));
    expect(code).toBe(0);
  });

  test('the checks alone install nothing: the tests run without, and say so at both ends', async () => {
    const { code, stdout, stderr } = await finish(runAlone({}, 'check'));
    expect(existsSync(join(repository, 'apt.log'))).toBe(false);
    const lines = stderr.trim().split('\n');
    expect([lines[0], lines.at(-1)]).toEqual([SKIPPED, SKIPPED]);
    expect([givenPath(stdout), code]).toEqual(['', 0]);
  });

  test.each([
    ['who is not root', () => writeTool('id', 'echo 1000')],
    ['without apt-get', () => rmSync(join(repository, 'bin/apt-get'))],
  ])('somebody %s is told what to install', async (_title, arrange) => {
    arrange();
    const { code, stdout, stderr } = await finish(runAlone({}, 'test'));
    expect(existsSync(join(repository, 'apt.log'))).toBe(false);
    expect(stderr).toContain(`\n${SKIPPED}\n`);
    expect([givenPath(stdout), code]).toEqual(['', 0]);
  });

  test('an installation that fails is shown, and the other tests run all the same', async () => {
    writeTool('apt-get', 'echo "no network" >&2; exit 100');
    const { code, stdout, stderr } = await finish(runAlone({}, 'test'));
    expect(stderr).toContain('no network\n\n✗ apt-get could not install chromium; the reason is above.\n');
    expect(stderr).toContain(`\n${SKIPPED}\n`);
    expect([givenPath(stdout), code]).toEqual(['', 0]);
  });

  test('in continuous integration its absence is a failure', async () => {
    writeTool('id', 'echo 1000');
    const { code, stdout, stderr } = await finish(runAlone({ CI: 'true' }, 'test'));
    expect(stderr.trim().split('\n').at(-1)).toBe(
      '✗ The browser tests need Chromium, and there is none here. Install Chromium or Google Chrome, or set CHROMIUM_PATH to its program file.',
    );
    expect([givenPath(stdout), code]).toEqual([undefined, 1]);
  });
});

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text, { mode });
}

function writeTool(name: string, script: string): void {
  write(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
}

/** A pnpm whose `exec vitest` writes the given report. */
function writeVitest(report: object, code: number): void {
  write('report.json', JSON.stringify(report));
  const target = 'node_modules/.cache/speko/tests.json';
  writeTool(
    'pnpm',
    `[ "$1" = --version ] && echo 10.34.9\nif [ "$2" = vitest ]; then echo "chromium is $CHROMIUM_PATH"; /bin/mkdir -p node_modules/.cache/speko; /bin/cp report.json ${target}; exit ${code}; fi\nexit 0`,
  );
}

/** Starts the script in a process group of its own, as a shell does for a command typed into it. */
function run(...args: string[]): ChildProcess {
  return runWith({}, ...args);
}

/** The same with other variables. */
function runWith(env: NodeJS.ProcessEnv, ...args: string[]): ChildProcess {
  return spawn(process.execPath, ['scripts/run.mjs', ...args], {
    cwd: repository,
    detached: true,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function environment(): NodeJS.ProcessEnv {
  const path = `${join(repository, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`;
  const unset = { CI: undefined, CHROMIUM_PATH: undefined, npm_lifecycle_event: undefined, HOST: undefined };
  return { ...process.env, PATH: path, PORT: '0', ...unset };
}

async function finish(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The script did not start.');
  return child.pid;
}

function readLines(child: ChildProcess): { waitFor(pattern: RegExp): Promise<string> } {
  if (!child.stdout) throw new Error('The script has no output to read.');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async waitFor(pattern) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`The output ended before ${pattern} came.`);
        if (pattern.test(value)) return value;
      }
    },
  };
}
