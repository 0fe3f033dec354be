import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { listPublishedPackages, type Manifest } from '@speko/release';
import { run } from './run.ts';

/** The repository. */
export const root = join(import.meta.dirname, '..', '..', '..', '..');

/** What npm users receive of one package. */
export interface PackedPackage {
  /** Where it is built from, such as `packages/audio`. */
  readonly folder: string;
  /** As it is in the tarball. */
  readonly manifest: Manifest;
  readonly tarball: string;
  /** Where the tarball lies unpacked. */
  readonly unpacked: string;
}

/** What `pnpm pack:all` says to put into another project's package.json. */
export interface Pasted {
  readonly dependencies: Record<string, string>;
  readonly overrides: Record<string, string>;
}

/** Everything that would be published. */
export interface PackedPackages {
  readonly pasted: Pasted;
  readonly packages: readonly PackedPackage[];
}

/**
 * Runs `pnpm pack:all` and unpacks what it made. Needs `pnpm build` first.
 *
 * @param scratch - A folder for all of it.
 */
export async function packAll(scratch: string): Promise<PackedPackages> {
  const args = [join(root, 'scripts', 'pack-all.mjs'), '--out', join(scratch, 'tarballs')];
  const pasted = JSON.parse(await run(process.execPath, args, { cwd: scratch })) as Pasted;
  const packages: PackedPackage[] = [];
  for (const { folder, manifest } of listPublishedPackages(root)) {
    const tarball = (pasted.overrides[manifest.name] ?? '').replace('file:', '');
    const into = await mkdtemp(join(scratch, 'tarball-'));
    await run('tar', ['-xzf', tarball, '-C', into], { cwd: scratch });
    const unpacked = join(into, 'package');
    const text = readFileSync(join(unpacked, 'package.json'), 'utf8');
    packages.push({ folder, manifest: JSON.parse(text), tarball, unpacked });
  }
  return { pasted, packages };
}

/** What a program may import of a package, such as `@speko/audio`: entries with types. */
export function listImports({ name, exports = {} }: Manifest): string[] {
  return Object.entries(exports)
    .filter(([, target]) => typeof target !== 'string')
    .map(([entry]) => name + entry.slice(1));
}

/** Scripts of a package that are loaded for what they do, and export nothing. */
export function listScripts({ name, exports = {} }: Manifest): string[] {
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'string' && target.endsWith('.js'))
    .map(([entry]) => name + entry.slice(1));
}

/** Whether a test runner has to load it; everything else is loaded by Node alone. */
export function needsVitest(manifest: Manifest, specifier: string): boolean {
  return specifier === `${manifest.name}/vitest` && 'vitest' in (manifest.peerDependencies ?? {});
}
