// What npm users receive: the tarballs of `pnpm pack:all`, installed into empty projects. Needs `pnpm build` first.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { listPublishedPackages } from '@speko/release';
import { transformSync } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { aloneWith, createProject, importModule } from './src/harness/empty-project.ts';
import {
  listImports,
  needsVitest,
  packAll,
  type PackedPackage,
  type PackedPackages,
  root,
} from './src/harness/packed-packages.ts';
import { listDeadLinks } from './src/harness/relative-links.ts';
import { run } from './src/harness/run.ts';

const published = listPublishedPackages(root);
const folders = published.filter(({ manifest }) => listImports(manifest).length > 0).map(({ folder }) => folder);
/** Published as built files, without a module to import. */
const pages = published.map(({ folder }) => folder).filter((folder) => !folders.includes(folder));
const INSTALL_TIMEOUT_MS = 120_000;
let scratch: string;
let all: PackedPackages;
/** A project with everything in it. `pnpm release:dry` installs each package alone as well. */
let together: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(realpathSync(tmpdir()), 'speko-packaging-'));
  all = await packAll(scratch);
  const dependencies = Object.assign({}, ...all.packages.map(aloneWith));
  together = await createProject({ scratch, packed: all.packages, dependencies });
}, 240_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }), 60_000);

test.each([...folders, ...pages])('every relative link of the words of %s leads into its tarball', (folder) => {
  expect(listDeadLinks(packedFrom(folder).unpacked)).toEqual([]);
});

describe.each(folders)('%s', (folder) => {
  test('publint has nothing to say', async () => {
    const { tarball, manifest } = packedFrom(folder);
    const tarballBytes = readFileSync(tarball);
    const { messages } = await publint({ strict: true, pack: { tarball: toArrayBuffer(tarballBytes) } });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  test('its types agree with its code for every ESM consumer', async () => {
    const { tarball, manifest } = packedFrom(folder);
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)), {
      entrypoints: listImports(manifest).map((specifier) => specifier.replace(manifest.name, '.')),
    });
    const problems = analysis.types === false ? ['no types at all'] : analysis.problems.filter(concernsEsm);
    expect(problems).toEqual([]);
  });

  test('it ships its licence, its readme and no tests', () => {
    const files = readdirSync(packedFrom(folder).unpacked, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', join('dist', 'index.js')]));
    expect(files.filter((file) => /\.test(-d)?\.ts$|__fixtures__|tsconfig/.test(file))).toEqual([]);
  });

  test('its ranges mean something outside this repository', () => {
    const { manifest } = packedFrom(folder);
    const ranges = [
      manifest.dependencies,
      manifest.devDependencies,
      manifest.optionalDependencies,
      manifest.peerDependencies,
    ].flatMap((field) => Object.entries(field ?? {}).map(([name, range]) => `${name}@${range}`));
    expect(ranges.filter((range) => /workspace:|catalog:|link:|file:/.test(range))).toEqual([]);
  });

  test('each entry imports where it is installed, and each command runs', async () => {
    const { manifest } = packedFrom(folder);
    for (const each of listImports(manifest)) await importModule(together, each, needsVitest(manifest, each));
    for (const command of Object.keys(manifest.bin ?? {})) {
      const version = execFileSync(join(together, 'node_modules', '.bin', command), ['--version'], { cwd: together });
      expect(version.toString().trim()).toBe(manifest.version);
    }
  });
});

describe.each(folders.filter((folder) => /\/adapter-(?!testkit)/.test(folder)))('%s', (folder) => {
  test('ships no simulator, and asks for none', () => {
    const { unpacked, manifest } = packedFrom(folder);
    const files = readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /^(dist|src)\b/.test(file),
    );
    expect(files.filter((file) => /simulat/i.test(file))).toEqual([]);
    const scripts = files.filter((file) => /\.[jt]s$/.test(file));
    expect(scripts.length).toBeGreaterThan(0);
    expect(
      scripts.filter((file) => /\bSimulated[A-Z]|Simulator\b/.test(readFileSync(join(unpacked, file), 'utf8'))),
    ).toEqual([]);
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => /simulator/.test(name))).toEqual([]);
  });
});

test(
  'the conformance checks run without vitest, which is an optional peer',
  { timeout: INSTALL_TIMEOUT_MS },
  async () => {
    const dependencies = { '@speko/adapter-testkit': '*' };
    const project = await createProject({ scratch, packed: all.packages, dependencies });
    expect(existsSync(join(project, 'node_modules', 'vitest'))).toBe(false);
    await importModule(project, '@speko/adapter-testkit', false);
  },
);

test('the gateway is a command, and its page comes with it', () => {
  expect(packedFrom('apps/gateway').manifest.bin).toEqual({ 'speko-gateway': expect.stringContaining('dist/cli.js') });
  const command = join(together, 'node_modules', '.bin', 'speko-gateway');
  const env = { PATH: process.env['PATH'], PORT: '0' };
  const report = JSON.parse(
    execFileSync(command, ['doctor', '--json', '--provider', 'echo'], { cwd: together, env, encoding: 'utf8' }),
  );
  expect(report.setup).toContainEqual(expect.objectContaining({ name: 'page', state: 'ok' }));
});

test.each(['apps/gateway', 'packages/simulators'])(
  '[CMD1] an old Node can read the file of %s that is started',
  (folder) => {
    const code = readFileSync(join(packedFrom(folder).unpacked, 'dist', 'cli.js'), 'utf8');
    // The compiler changes nothing for it, so there is nothing that it does not know.
    expect(transformSync(code, { target: 'node14' }).code).toBe(transformSync(code, { target: 'esnext' }).code);
    expect(code).not.toMatch(/^\s*import[\s{*'"]/m);
  },
);

test('[CMD6] SIGTERM to npx ends the gateway that it started', async () => {
  const env = { ...process.env, PORT: '0', SPEKO_API_KEYS: 'own-key', npm_config_offline: 'true' };
  const npx = spawn('npx', ['--no-install', 'speko-gateway'], {
    cwd: together,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => killGroup(npx.pid));
  let out = '';
  npx.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  // The pipes close when the last process that writes to them has ended.
  const closed = once(npx, 'close');
  await vi.waitFor(() => expect(out).toContain('client_closed'), { timeout: 30_000, interval: 50 });
  npx.kill('SIGTERM');
  await closed;
  expect(out).toContain('Speko gateway on http://127.0.0.1:');
});

describe('pnpm pack:all', () => {
  test('packs everything that will be published, and asks for the client', () => {
    expect(Object.keys(all.pasted.overrides).toSorted()).toEqual(
      published.map(({ manifest }) => manifest.name).toSorted(),
    );
    expect(all.pasted.dependencies).toEqual({ '@speko/client-node': all.pasted.overrides['@speko/client-node'] });
  });

  test('npm installs what it prints in an empty folder', { timeout: INSTALL_TIMEOUT_MS }, async () => {
    const project = mkdtempSync(join(scratch, 'npm-'));
    writeFileSync(join(project, 'package.json'), JSON.stringify(all.pasted));
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: project });
    await importModule(project, '@speko/client-node', false);
    const installed = readdirSync(join(project, 'node_modules', '@speko'));
    expect(installed.toSorted()).toEqual(['audio', 'client-core', 'client-node', 'protocol']);
  });

  test('names the packages there are when one is asked for that does not exist', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'scripts', 'pack-all.mjs'), '--out', join(scratch, 'none'), '@speko/clientnode'],
      { encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^✗ There is no package @speko\/clientnode\. There are .*@speko\/client-node, /);
    expect(existsSync(join(scratch, 'none'))).toBe(false);
  });
});

test.each(pages)('%s ships the built page, its licence and its readme', (folder) => {
  const { unpacked, manifest } = packedFrom(folder);
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(unpacked, join(entry.parentPath, entry.name)));
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'SPEC.md', 'package.json', join('dist', 'index.html')]),
  );
  expect(files.filter((file) => dirname(file) === '.')).toHaveLength(4);
  expect([manifest.dependencies ?? {}, manifest.peerDependencies ?? {}]).toEqual([{}, {}]);
});

function packedFrom(folder: string): PackedPackage {
  const found = all.packages.find((candidate) => candidate.folder === folder);
  if (!found) throw new Error(`${folder} was not packed`);
  return found;
}

/** This repository publishes ESM only, for `node16` and bundler resolution. */
function concernsEsm(problem: { kind: string; resolutionKind?: string }): boolean {
  return (
    problem.kind !== 'CJSResolvesToESM' &&
    problem.resolutionKind !== 'node10' &&
    problem.resolutionKind !== 'node16-cjs'
  );
}

/** Ends what is left of a process group. */
function killGroup(groupId = 0): void {
  try {
    if (groupId > 0) process.kill(-groupId, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
