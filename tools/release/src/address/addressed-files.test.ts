import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listAddressedFiles } from './addressed-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'speko-address-'));
  write('packages/one/package.json', manifest({ repository: { type: 'git', directory: 'packages/one' } }));
  write('packages/one/README.md', 'A [rule](SPEC.md), <!-- repo: docs/x.md -->a page<!-- /repo -->.\n');
  write('packages/own/package.json', manifest({ private: true }));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('without an address nothing is to be written', () => {
  setAddress('');
  expect(stale()).toEqual([]);
});

test.each([
  'https://github.com/speko/realtime',
  'https://github.com/speko/realtime.git',
  'git+https://github.com/speko/realtime.git',
])('%s is written into every published package', (url) => {
  setAddress(url);
  const files = Object.fromEntries(listAddressedFiles(root).map(({ path, wanted }) => [path, wanted]));
  expect(Object.keys(files).sort()).toEqual(['packages/one/README.md', 'packages/one/package.json']);
  expect(JSON.parse(files['packages/one/package.json'] ?? '')).toEqual({
    name: '@speko/one',
    homepage: 'https://github.com/speko/realtime/tree/main/packages/one#readme',
    bugs: { url: 'https://github.com/speko/realtime/issues' },
    repository: { type: 'git', url: 'git+https://github.com/speko/realtime.git', directory: 'packages/one' },
    type: 'module',
  });
  expect(files['packages/one/README.md']).toBe(
    'A [rule](SPEC.md), <!-- repo: docs/x.md -->[a page](https://github.com/speko/realtime/blob/main/docs/x.md)<!-- /repo -->.\n',
  );
});

test('writing it twice changes nothing, and taking the address away restores the files', () => {
  setAddress('');
  const before = listContents();
  setAddress('https://github.com/speko/realtime');
  writeStale();
  expect(stale()).toEqual([]);
  setAddress('');
  writeStale();
  expect(listContents()).toEqual(before);
});

test('an address that is none of GitHub is refused with what it has to look like', () => {
  setAddress('https://example.org/speko');
  expect(() => listAddressedFiles(root)).toThrow(
    'repository.url in package.json has to be like https://github.com/owner/name, and is: https://example.org/speko',
  );
});

function manifest(more: object): string {
  return `${JSON.stringify({ name: '@speko/one', ...more, type: 'module' }, undefined, 2)}\n`;
}

function setAddress(url: string): void {
  write('package.json', JSON.stringify({ repository: { type: 'git', url } }));
}

function stale(): string[] {
  return listAddressedFiles(root)
    .filter(({ current, wanted }) => current !== wanted)
    .map(({ path }) => path);
}

function writeStale(): void {
  for (const { path, wanted } of listAddressedFiles(root)) write(path, wanted);
}

function listContents(): string[] {
  return listAddressedFiles(root).map(({ current }) => current);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
