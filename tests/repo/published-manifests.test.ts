// What npm shows of a package, and what its package.json promises to installers and bundlers.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isShipped, listAddressedFiles, listMarkedPaths, listPublishedPackages } from '@speko/release';
import { describe, expect, test } from 'vitest';
import { listRepositoryFiles, readRepositoryFile, repositoryRoot } from './workspace.ts';

const packages = listPublishedPackages(repositoryRoot);
const files = listRepositoryFiles();

describe.each(packages)('$folder', ({ folder, manifest }) => {
  test('can be found by its keywords', () => {
    expect((manifest as { keywords?: string[] }).keywords).toEqual(
      expect.arrayContaining(['realtime', 'speko', 'voice']),
    );
  });

  test('has its numbered rules in the tarball', () => {
    const hasRules = existsSync(join(repositoryRoot, folder, 'SPEC.md'));
    expect(manifest.files?.includes('SPEC.md')).toBe(hasRules);
  });
});

test('each package that was never released has a changeset that announces it', () => {
  const texts = files
    .filter((path) => /^\.changeset\/[^/]+\.md$/.test(path) && !path.endsWith('README.md'))
    .map(readRepositoryFile);
  const announced = texts.filter((text) => /^---\n\nFirst release/m.test(text));
  const unreleased = packages.map(({ manifest }) => manifest).filter(({ version }) => version === '0.0.0');
  expect(unreleased.filter(({ name }) => !announced.some((text) => text.includes(`'${name}':`)))).toEqual([]);
});

test('the address of the repository is the same everywhere', () => {
  const stale = listAddressedFiles(repositoryRoot).filter(({ current, wanted }) => current !== wanted);
  expect(
    stale.map(({ path }) => path),
    'These files are stale. Run: pnpm release:address',
  ).toEqual([]);
});

test('what a marked mention leads to is there', () => {
  const mentioned = listAddressedFiles(repositoryRoot)
    .filter(({ path }) => path.endsWith('.md') && !path.startsWith('tools/'))
    .flatMap(({ current }) => listMarkedPaths(current));
  expect(mentioned).toContain('docs/adapters/openai.md');
  expect(mentioned.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
});

// Node's version says nothing about a browser, and npm warns of it to whoever builds a page with an older one.
test('no package that a page installs asks for a Node', () => {
  const named = new Map(packages.map((each) => [each.manifest.name, each]));
  const inPages = new Set(packages.filter(({ folder }) => isForPages(folder)).map(({ manifest }) => manifest.name));
  for (const name of inPages) {
    const { dependencies = {} } = named.get(name)?.manifest ?? {};
    for (const each of Object.keys(dependencies).filter((dependency) => named.has(dependency))) inPages.add(each);
  }
  expect([...inPages]).toEqual(
    expect.arrayContaining(['@speko/client-browser', '@speko/client-core', '@speko/protocol']),
  );
  expect([...inPages].filter((name) => named.get(name)?.manifest.engines !== undefined)).toEqual([]);
});

test('a changeset is asked for by everything in a tarball but its words', () => {
  const inSources = files.filter((path) => /^packages\/[^/]+\/src\//.test(path));
  const unasked = inSources.filter((path) => !isShipped(path.split('/').slice(2).join('/')));
  expect(unasked.filter((path) => !/\.test(-d)?\.tsx?$|\/__fixtures__\//.test(path))).toEqual([]);
});

function isForPages(folder: string): boolean {
  const config = `${folder}/tsconfig.build.json`;
  return files.includes(config) && readRepositoryFile(config).includes('"dom"');
}
