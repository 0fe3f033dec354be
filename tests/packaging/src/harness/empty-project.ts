import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackedPackage } from './packed-packages.ts';
import { run } from './run.ts';

/** What goes into an empty project. */
export interface ProjectOptions {
  /** The folder that the project's own is made in. */
  readonly scratch: string;
  /** Every package there is: siblings come from their tarballs. */
  readonly packed: readonly PackedPackage[];
  /** The packages to ask for, ours by name; whatever is not ours comes with its range. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** pnpm lets no package reach what it does not declare; npm puts all into one folder. @defaultValue 'pnpm' */
  readonly manager?: 'npm' | 'pnpm';
}

/**
 * Installs packages into a project that holds nothing else.
 *
 * @returns where it is
 */
export async function createProject(options: ProjectOptions): Promise<string> {
  const { scratch, packed, manager = 'pnpm' } = options;
  const project = mkdtempSync(join(scratch, 'project-'));
  const tarballs = Object.fromEntries(packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]));
  const asked = Object.entries(options.dependencies).map(([name, range]) => [name, tarballs[name] ?? range]);
  const dependencies = Object.fromEntries(asked);
  const overrides =
    manager === 'npm'
      ? { overrides: tarballs }
      : { pnpm: { overrides: tarballs, ignoredOptionalDependencies: ['sharp'] } };
  const manifest = { private: true, type: 'module', dependencies, ...overrides };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  if (manager === 'npm') {
    const quiet = ['--no-audit', '--no-fund'];
    await run('npm', ['install', '--prefer-offline', '--ignore-scripts', ...quiet], { cwd: project });
    return project;
  }
  const alone = ['--ignore-workspace', '--no-frozen-lockfile'];
  await run('pnpm', ['install', '--prefer-offline', '--ignore-scripts', ...alone], { cwd: project });
  return project;
}

/** The dependencies of a project that wants one package: itself and what it asks its users to bring along. */
export function aloneWith({ manifest }: PackedPackage): Record<string, string> {
  return { ...manifest.peerDependencies, [manifest.name]: '*' };
}

/** Loads a module of ours as a program would. @throws Error with what went wrong */
export async function importModule(project: string, specifier: string, insideVitest: boolean): Promise<void> {
  if (!insideVitest) {
    await run(process.execPath, ['--input-type=module', '-e', `await import('${specifier}')`], { cwd: project });
    return;
  }
  const text = `import { test } from 'vitest';\ntest('imports', () => import('${specifier}'));\n`;
  writeFileSync(join(project, 'entry.test.mjs'), text);
  await run(join(project, 'node_modules', '.bin', 'vitest'), ['run', 'entry.test.mjs'], { cwd: project });
}
