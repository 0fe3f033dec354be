// scripts/run.mjs in a repository made for the test, with stand-ins for pnpm and npx, so that nothing is fetched.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
const VITEST_REPORT = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };

let repository: string;

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'speko-run-'));
  write('package.json', JSON.stringify({ packageManager: 'pnpm@10.34.9' }));
  write('apps/gateway/dist/cli.js', GATEWAY);
  writeTool('npx', 'echo "\\"$PATH\\""');
  writeTool('pnpm', '[ "$1" = --version ] && echo 10.34.9; exit 0');
  mkdirSync(join(repository, 'scripts'));
  copyFileSync(join(repositoryRoot, 'scripts/run.mjs'), join(repository, 'scripts/run.mjs'));
});

afterEach(() => rmSync(repository, { recursive: true, force: true }));

test('an unknown task is answered with the usage and exit code 2', async () => {
  const { code, stderr } = await finish(run('fly'));
  expect(stderr).toContain('Usage: node scripts/run.mjs demo|start|doctor|keys|test');
  expect(code).toBe(2);
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
])('%s is a command of the gateway, with its arguments', async (task, args, expected) => {
  const gateway = run(task, ...args);
  expect(await readLines(gateway).waitFor(/^\[/)).toBe(expected);
  gateway.kill('SIGTERM');
  expect(await exitCode(gateway)).toBe(10);
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
  writeVitest({ ...VITEST_REPORT, testResults: [] }, 0);
  const { code, stdout } = await finish(run('check'));
  expect(stdout.trim().split('\n').at(-1)).toBe('Tests: 3 passed, 0 failed, 1 skipped');
  expect(code).toBe(0);
});

test('a test file that cannot be loaded counts as a failure', async () => {
  writeVitest({ ...VITEST_REPORT, testResults: [{ status: 'failed', assertionResults: [] }] }, 1);
  const { code, stdout } = await finish(run('check'));
  expect(stdout.trim().split('\n').at(-1)).toBe('Tests: 3 passed, 1 failed, 1 skipped');
  expect(code).toBe(1);
});

test('a run without any test fails', async () => {
  writeVitest({ ...VITEST_REPORT, numPassedTests: 0, testResults: [] }, 0);
  const { code, stdout } = await finish(run('check'));
  expect(stdout.trim().split('\n').at(-1)).toBe('Tests: 0 passed, 0 failed, 1 skipped');
  expect(code).toBe(1);
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
  const target = 'node_modules/.cache/speko/vitest.json';
  writeTool(
    'pnpm',
    `[ "$1" = --version ] && echo 10.34.9\nif [ "$2" = vitest ]; then cp report.json ${target}; exit ${code}; fi\nexit 0`,
  );
}

/** Starts the script in a process group of its own, as a shell does for a command typed into it. */
function run(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['scripts/run.mjs', ...args], {
    cwd: repository,
    detached: true,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function environment(): NodeJS.ProcessEnv {
  const path = `${join(repository, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`;
  return { ...process.env, PATH: path, npm_lifecycle_event: undefined };
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
