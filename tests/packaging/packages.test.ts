// What npm users receive, taken from packed tarballs. Needs `pnpm build` first.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Manifest {
  name: string;
  private?: boolean;
  exports: Record<string, string | Record<string, string>>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

interface Packed {
  folder: string;
  manifest: Manifest;
  tarball: string;
  /** Where the tarball lies unpacked. */
  unpacked: string;
}

const root = join(import.meta.dirname, '..', '..');
const folders = [...listFolders('packages'), 'apps/gateway'];
const packed = new Map<string, Packed>();
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(realpathSync(tmpdir()), 'speko-packaging-'));
  for (const folder of folders) {
    const { manifest, tarball, unpacked } = pack(folder);
    packed.set(manifest.name, { folder, manifest, tarball, unpacked });
  }
}, 120_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

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
      entrypoints: codeEntries(manifest),
    });
    const problems = analysis.types === false ? ['no types at all'] : analysis.problems.filter(concernsEsm);
    expect(problems).toEqual([]);
  });

  test('it ships its licence, its readme and no tests', () => {
    const files = readdirSync(packedFrom(folder).unpacked, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', join('dist', 'index.js')]));
    expect(files.filter((file) => /\.test(-d)?\.ts$|__fixtures__|tsconfig/.test(file))).toEqual([]);
  });

  test('each entry imports with nothing but what it declares', () => {
    const { manifest } = packedFrom(folder);
    const project = installAlone(manifest.name);
    for (const entry of codeEntries(manifest)) {
      const specifier = entry === '.' ? manifest.name : `${manifest.name}${entry.slice(1)}`;
      // A package whose entries run only inside its peer (a test runner) can be resolved, not executed.
      const script = manifest.peerDependencies
        ? `import.meta.resolve(${JSON.stringify(specifier)})`
        : `await import(${JSON.stringify(specifier)})`;
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: project, stdio: 'pipe' });
    }
  });
});

function listFolders(parent: string): string[] {
  return readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
}

function pack(folder: string): Packed {
  const at = join(root, folder);
  if (!existsSync(join(at, 'dist', 'index.js'))) throw new Error(`${folder} is not built. Run: pnpm build`);
  const tarballs = mkdtempSync(join(scratch, 'tarball-'));
  execFileSync('pnpm', ['pack', '--pack-destination', tarballs], { cwd: at, stdio: 'pipe' });
  const [fileName] = readdirSync(tarballs);
  if (fileName === undefined) throw new Error(`pnpm pack wrote nothing for ${folder}`);
  const tarball = join(tarballs, fileName);
  execFileSync('tar', ['-xzf', tarball, '-C', tarballs]);
  const unpacked = join(tarballs, 'package');
  const manifest: Manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  return { folder, manifest, tarball, unpacked };
}

function packedFrom(folder: string): Packed {
  const found = [...packed.values()].find((candidate) => candidate.folder === folder);
  if (!found) throw new Error(`${folder} was not packed`);
  return found;
}

function codeEntries(manifest: Manifest): string[] {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target !== 'string')
    .map(([entry]) => entry);
}

/** This repository publishes ESM only, for `node16` and bundler resolution. */
function concernsEsm(problem: { kind: string; resolutionKind?: string }): boolean {
  return (
    problem.kind !== 'CJSResolvesToESM' &&
    problem.resolutionKind !== 'node10' &&
    problem.resolutionKind !== 'node16-cjs'
  );
}

/**
 * Lays out a project that holds one unpacked package and, below it, exactly its declared dependencies: siblings from
 * their own tarballs, the rest from this workspace, so that no registry is asked.
 */
function installAlone(name: string): string {
  const project = mkdtempSync(join(scratch, 'project-'));
  place(name, join(project, 'node_modules'));
  return project;
}

function place(name: string, modules: string): void {
  const found = packed.get(name);
  if (!found) throw new Error(`${name} is no package of this repository`);
  const target = join(modules, name);
  mkdirSync(dirname(target), { recursive: true });
  execFileSync('cp', ['-R', found.unpacked, target]);
  for (const dependency of Object.keys(found.manifest.dependencies ?? {})) {
    if (packed.has(dependency)) {
      place(dependency, join(target, 'node_modules'));
      continue;
    }
    const link = join(target, 'node_modules', dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(root, found.folder, 'node_modules', dependency)), link);
  }
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
