// docs/architecture.md is a floor plan: short, by the door, and of the house as it is.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryRoot } from './workspace.ts';

const PAGE = readRepositoryFile('docs/architecture.md');
const ROOTS = /^(packages|apps|tests|tools|docs|examples|scripts)\//;

/** Every file the page names in code, from the repository. */
const named = [...PAGE.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\.(?:ts|md))`/g)]
  .map(([, path = '']) => path)
  .filter((path) => path !== 'CONTRIBUTING.md')
  .map((path) => (ROOTS.test(path) ? path : `packages/server/src/${path}`));

test('every file that the floor plan names exists', () => {
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
});

test('every link of it leads to a file', () => {
  const links = [...PAGE.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
  expect(links.length).toBeGreaterThan(1);
  expect(links.filter((target) => !existsSync(join(repositoryRoot, 'docs', target)))).toEqual([]);
});

test('it stays within two pages', () => {
  expect(PAGE.trimEnd().split('\n').length).toBeLessThanOrEqual(100);
  expect(PAGE.split(/\s+/).length).toBeLessThanOrEqual(1100);
});

test.each(['README.md', 'CONTRIBUTING.md'])('%s leads to it', (page) => {
  expect(readRepositoryFile(page)).toContain('(docs/architecture.md)');
});
