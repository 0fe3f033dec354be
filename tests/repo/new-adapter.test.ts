// `pnpm new:adapter`, tried in a temporary copy of the few files it reads: what it writes compiles, its failing tests lead
// the author through, and with the guide's worked example in it they all pass.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFaultOfId, findFaultOfName, spellId, writeAdapter } from '@speko/new-adapter';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listSourcePaths, repositoryRoot } from './workspace.ts';

const TOOL = join(repositoryRoot, 'tools', 'new-adapter');

interface TestResult {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

// Compilers and test runs are started: a busy machine needs its time.
vi.setConfig({ testTimeout: 60_000 });

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'speko-new-adapter-'));
  const copied = ['tsconfig.base.json', 'tsconfig.neutral.json', 'vitest.config.ts', 'package.json'];
  for (const path of [
    ...copied,
    'scripts/find-chromium.mjs', // which the test configuration asks
    'apps/gateway/package.json',
    'apps/gateway/src/providers.ts',
    'packages/adapter/SPEC.md',
    'examples/own-adapter/SPEC.md',
    'packages/simulators/package.json',
    'packages/simulators/tsconfig.json',
    'packages/simulators/src',
  ]) {
    cpSync(join(repositoryRoot, path), join(root, path), { recursive: true });
  }
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  symlinkSync(join(repositoryRoot, 'packages/simulators/node_modules'), join(root, 'packages/simulators/node_modules'));
  // The tool's own dependencies are those of a new package, but for the simulators, which get one more in the copy.
  const modules = join(root, 'adapter-modules');
  mkdirSync(join(modules, '@speko'), { recursive: true });
  for (const name of readdirSync(join(TOOL, 'node_modules')).filter((each) => !each.startsWith('@speko'))) {
    symlinkSync(join(TOOL, 'node_modules', name), join(modules, name));
  }
  for (const name of readdirSync(join(TOOL, 'node_modules', '@speko')).filter((each) => each !== 'simulators')) {
    symlinkSync(realpathSync(join(TOOL, 'node_modules', '@speko', name)), join(modules, '@speko', name));
  }
  symlinkSync(join(root, 'packages/simulators'), join(modules, '@speko', 'simulators'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Writes an adapter and gives it its dependencies. */
function generate(id: string, name?: string): ReturnType<typeof writeAdapter> {
  const written = writeAdapter(root, id, name);
  symlinkSync(join(root, 'adapter-modules'), join(root, 'packages', `adapter-${id}`, 'node_modules'));
  return written;
}

/** What the compiler says of a generated package, read against the sources of its siblings. */
function compile(id: string): string {
  const tsc = join(repositoryRoot, 'node_modules', '.bin', 'tsc');
  const project = join(root, 'packages', `adapter-${id}`, 'tsconfig.sources.json');
  const simulator = [join(root, 'packages', 'simulators', 'src', id, 'index.ts')];
  const paths = { ...listSourcePaths(), [`@speko/simulators/${id}`]: simulator };
  const compilerOptions = { customConditions: ['@speko/source'], paths };
  writeFileSync(project, JSON.stringify({ extends: './tsconfig.json', compilerOptions }));
  const { stdout, stderr } = spawnSync(tsc, ['-p', project, '--singleThreaded'], { cwd: root, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

/** Every test of a generated package, in the order in which it ran. */
function runTests(id: string): TestResult[] {
  const report = join(root, `${id}.json`);
  const vitest = join(repositoryRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', `packages/adapter-${id}`, '--root', root, '--reporter=json', `--outputFile=${report}`];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (!existsSync(report)) throw new Error(`vitest wrote no report.\n${stdout}${stderr}`);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { message: string; assertionResults: TestResult[] }[];
  };
  expect(testResults.map(({ message }) => message).filter((message) => message !== '')).toEqual([]);
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}

function failuresOf(results: readonly TestResult[]): TestResult[] {
  return results.filter(({ status }) => status !== 'passed');
}

describe('pnpm new:adapter acme', () => {
  test('writes the package, its page, its changeset and its line in the gateway', () => {
    expect(generate('acme').files.toSorted()).toEqual([
      '.changeset/acme-first.md',
      'docs/adapters/acme.md',
      'packages/adapter-acme/LICENSE',
      'packages/adapter-acme/README.md',
      'packages/adapter-acme/SPEC.md',
      'packages/adapter-acme/package.json',
      'packages/adapter-acme/scripts/record-transcripts.ts',
      'packages/adapter-acme/src/__fixtures__/error.jsonl',
      'packages/adapter-acme/src/acme-adapter.ts',
      'packages/adapter-acme/src/acme-capabilities.ts',
      'packages/adapter-acme/src/acme-client-events.ts',
      'packages/adapter-acme/src/acme-codec.test.ts',
      'packages/adapter-acme/src/acme-codec.ts',
      'packages/adapter-acme/src/acme-dial-plan.ts',
      'packages/adapter-acme/src/acme-errors.ts',
      'packages/adapter-acme/src/acme-options.ts',
      'packages/adapter-acme/src/acme-wire.ts',
      'packages/adapter-acme/src/acme.conformance.test.ts',
      'packages/adapter-acme/src/index.ts',
      'packages/adapter-acme/tsconfig.build.json',
      'packages/adapter-acme/tsconfig.json',
      'packages/adapter-acme/tsdown.config.ts',
      'packages/simulators/src/acme/acme-simulator.ts',
      'packages/simulators/src/acme/index.ts',
      'packages/simulators/src/acme/vendor.ts',
    ]);
    expect(linesAdded('apps/gateway/src/providers.ts')).toEqual([
      "export { createAcme as ACME } from '@speko/adapter-acme';",
    ]);
    expect(linesAdded('apps/gateway/package.json')).toEqual(['    "@speko/adapter-acme": "workspace:^",']);
    expect(linesAdded('packages/simulators/src/vendors.ts')).toEqual(["export { ACME } from './acme/vendor.ts';"]);
    expect(linesAdded('packages/simulators/package.json')).toEqual([
      '    "./acme": {',
      '      "types": "./dist/acme/index.d.ts",',
      '      "@speko/source": "./src/acme/index.ts",',
      '      "default": "./dist/acme/index.js"',
    ]);
  });

  test('what it writes compiles', () => {
    expect(compile('acme')).toBe('');
  });

  test('its tests fail in the order of the work, and each says which file to edit', () => {
    const failures = failuresOf(runTests('acme'));
    expect(failures.map(({ title }) => /^\[\w+\] ([\w-]+):/.exec(title)?.[1])).toEqual([
      'ready-once',
      'commands-total',
      'foreign-json',
      'audio-in',
      'audio-out',
      'audio-rates',
      'close-ends',
      'barge-in',
      'tool-call-whole',
      'tool-result',
      'call-id-used-again',
      'call-unusable',
      'large-integers',
      'audio-damaged',
      'failure-auth',
      'failure-quota',
      'failure-go-away',
      'capability-turnDetectionAuto',
      'capability-turnDetectionManual',
      'capability-commit',
      'capability-clear',
      'capability-interrupt',
      'capability-truncate',
      'capability-text',
      'capability-tools',
      'capability-parallelTools',
      'capability-firstMessage',
      'capability-temperature',
      'capability-voice',
      'capability-userTranscript',
      'capability-assistantTranscript',
      'capability-usage',
      'capability-fullDuplex',
    ]);
    for (const { title, failureMessages } of failures) {
      const file = /Where to look: (acme[\w.-]*\.ts)\b/.exec(failureMessages[0] ?? '')?.[1] ?? 'no file';
      const folders = ['packages/adapter-acme/src', 'packages/simulators/src/acme'];
      expect(
        folders.some((folder) => existsSync(join(root, folder, file))),
        `${title} names ${file}`,
      ).toBe(true);
    }
  });

  test('once it is written as in the guide, everything passes, and sessions can be recorded', () => {
    const [adapter, simulator] = ['packages/adapter-acme/src', 'packages/simulators/src/acme'];
    cpSync(join(TOOL, 'worked-example'), join(root, adapter), { recursive: true });
    rmSync(join(root, adapter, 'simulator'), { recursive: true });
    cpSync(join(TOOL, 'worked-example', 'simulator'), join(root, simulator), { recursive: true });
    expect(compile('acme')).toBe('');
    const results = runTests('acme');
    expect(failuresOf(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(45);

    const script = join(root, 'packages/adapter-acme/scripts/record-transcripts.ts');
    execFileSync(process.execPath, ['--conditions=@speko/source', script], { stdio: 'pipe' });
    expect(readdirSync(join(root, 'packages/adapter-acme/src/__fixtures__')).toSorted()).toEqual([
      'barge-in.jsonl',
      'error.jsonl',
      'hello.jsonl',
      'tool-call.jsonl',
    ]);
    const toolCall = readFileSync(join(root, 'packages/adapter-acme/src/__fixtures__/tool-call.jsonl'), 'utf8');
    expect(toolCall, 'the recording goes on to the answer').toMatch(/"command":\{"type":"tool-result".*"there\."/s);
  });

  test('overwrites nothing', () => {
    const before = readFileSync(join(root, 'apps/gateway/src/providers.ts'), 'utf8');
    expect(() => writeAdapter(root, 'acme')).toThrow('packages/adapter-acme is there already.');
    mkdirSync(join(root, 'docs/adapters'), { recursive: true });
    writeFileSync(join(root, 'docs/adapters/other.md'), 'mine');
    expect(() => writeAdapter(root, 'other')).toThrow('docs/adapters/other.md is there already.');
    expect(readFileSync(join(root, 'apps/gateway/src/providers.ts'), 'utf8')).toBe(before);
    expect(existsSync(join(root, 'packages/adapter-other'))).toBe(false);
  });
});

test('an id of several words becomes an identifier, a type and a variable, and people read the vendor’s name', () => {
  generate('ping-pong-2', 'Acme & Söhne v2.1');
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  expect(read('docs/adapters/ping-pong-2.md')).toMatch(/^# Acme & Söhne v2\.1\n/);
  expect(read('packages/adapter-ping-pong-2/package.json')).toContain('"Speko adapter for Acme & Söhne v2.1."');
  expect(read('packages/adapter-ping-pong-2/src/ping-pong-2-adapter.ts')).toContain(
    "displayName: 'Acme & Söhne v2.1',",
  );
  expect(compile('ping-pong-2')).toBe('');
  expect(linesAdded('apps/gateway/src/providers.ts').at(-1)).toBe(
    "export { createPingPong2 as PING_PONG_2 } from '@speko/adapter-ping-pong-2';",
  );
});

test.each(['', 'Acme', 'acme_voice', '-acme', 'acme--x', '2acme', 'a', '../acme', 'kit', 'testkit', 'x'.repeat(31)])(
  'the id "%s" is refused with what to do',
  (id) => {
    expect(findFaultOfId(id)).toMatch(/such as acme\.$|is another package/);
  },
);

test.each(['', 'It’s', "'; x", 'a\nb', ' Acme', 'x'.repeat(51)])('the name %j is refused with what to do', (name) => {
  expect(findFaultOfName(name)).toMatch(/such as "Acme Voice"\.$/);
});

test('rules of two packages never begin alike', () => {
  expect(generate('brook').names.rulePrefix).toBe('BROA');
  expect(spellId('acme', new Set()).rulePrefix).toBe('ACME');
  expect(spellId('acme-voice', new Set(['ACME'])).rulePrefix).toBe('ACMA');
});

test('the command explains itself, and refuses with how it is used', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(TOOL, 'src', 'cli.ts'), ...args], { encoding: 'utf8' });
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: pnpm new:adapter <id>') });
  expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('Name one adapter.') });
  expect(run('acme', '--name', ' ')).toMatchObject({ status: 2, stderr: expect.stringContaining('" " is no name') });
  expect(run('Acme')).toMatchObject({ status: 2, stderr: expect.stringContaining('"Acme" is no id') });
  expect(run('echo')).toMatchObject({ status: 1, stderr: expect.stringContaining('is there already') });
});

function linesAdded(path: string): string[] {
  const before = new Set(readFileSync(join(repositoryRoot, path), 'utf8').split('\n'));
  return readFileSync(join(root, path), 'utf8')
    .split('\n')
    .filter((line) => !before.has(line));
}
