import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNames } from './changesets.ts';
import type { Change } from './missing-changesets.ts';

/**
 * What is different in the working tree since it left `since`, committed or not.
 *
 * @param root - The repository.
 * @param since - A branch or a commit.
 * @throws Error when git does not know it
 */
export function readChange(root: string, since: string): Change {
  const base = git(root, 'merge-base', since, 'HEAD').trim();
  const changed = listPaths(git(root, 'diff', '--name-only', '--no-renames', '-z', base));
  const untracked = listPaths(git(root, 'ls-files', '--others', '--exclude-standard', '-z'));
  const paths = [...changed, ...untracked];
  return {
    paths,
    manifestBefore: (folder) => {
      const path = `${folder}/package.json`;
      const isThere = git(root, 'ls-tree', '--name-only', base, '--', path) !== '';
      return isThere ? JSON.parse(git(root, 'show', `${base}:${path}`)) : undefined;
    },
    changesets: listChangesetPaths(root).map((path) => ({
      names: readNames(readFileSync(join(root, path), 'utf8')),
      isNew: paths.includes(path),
    })),
  };
}

function listChangesetPaths(root: string): string[] {
  if (!existsSync(join(root, '.changeset'))) return [];
  return readdirSync(join(root, '.changeset'))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => `.changeset/${name}`);
}

function git(root: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  });
}

function listPaths(output: string): string[] {
  return output.split('\0').filter((path) => path !== '');
}
