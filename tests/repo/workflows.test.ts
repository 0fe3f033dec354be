// What runs with rights on the repository is pinned, and a release is made as it should be.
import { describe, expect, test } from 'vitest';
import { listRepositoryFiles, readManifest, readRepositoryFile } from './workspace.ts';

const workflows = listRepositoryFiles().filter((path) => /^\.github\/workflows\/[^/]+\.yml$/.test(path));
const { scripts = {} } = readManifest('.') as { scripts?: Record<string, string> };

describe.each(workflows)('%s', (path) => {
  const text = readRepositoryFile(path);

  test('pins each action by hash, and says which version that is', () => {
    const uses = [...text.matchAll(/\buses: (.*)$/gm)].map(([, action = '']) => action);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('may only read, unless one of its jobs says more', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
  });

  test('runs only commands that there are', () => {
    const named = [...text.matchAll(/\b(?:pnpm|npm run) (release:\w+|changeset:\w+|test:\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('the same version of an action is used everywhere', () => {
  const uses = workflows.flatMap((path) => [...readRepositoryFile(path).matchAll(/\buses: (([\w-]+\/[\w-]+)@.*)$/gm)]);
  const versions = new Map<string, Set<string>>();
  for (const [, whole = '', action = ''] of uses) versions.set(action, (versions.get(action) ?? new Set()).add(whole));
  expect([...versions].filter(([, { size }]) => size > 1)).toEqual([]);
});

test('every long command runs each night', () => {
  const commands = [...readRepositoryFile('.github/workflows/nightly.yml').matchAll(/^ {6}- run: (.*)$/gm)];
  expect(commands.map(([, command]) => command)).toEqual([
    'npm run attack',
    'npm run build',
    'node apps/bench/dist/cli.js >> "$GITHUB_STEP_SUMMARY"',
    'npm run test:clients',
    'npm run release:dry',
  ]);
});

test('a release proves where it was built', () => {
  const text = readRepositoryFile('.github/workflows/release.yml');
  expect(text).toMatch(/^ {6}id-token: write/m);
  expect(text).toMatch(/NPM_CONFIG_PROVENANCE: 'true'/);
  expect(text).toMatch(/pnpm release:address --check --required/);
});
