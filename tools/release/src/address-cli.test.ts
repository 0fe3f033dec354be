import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const cli = join(import.meta.dirname, 'address-cli.ts');
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'speko-address-'));
  write('package.json', { repository: { type: 'git', url: 'https://github.com/speko/realtime' } });
  write('packages/one/package.json', { name: '@speko/one', repository: { type: 'git', directory: 'packages/one' } });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('--check names what is stale and writes nothing; without it that is written, once', () => {
  const before = readFileSync(join(root, 'packages/one/package.json'), 'utf8');
  const words = '✗ stale: packages/one/package.json\nRun: pnpm release:address\nAddress: speko/realtime\n';
  expect(call('--check')).toEqual({ code: 1, text: words });
  expect(readFileSync(join(root, 'packages/one/package.json'), 'utf8')).toBe(before);
  expect(call()).toEqual({ code: 0, text: 'wrote packages/one/package.json\nAddress: speko/realtime\n' });
  expect(call('--check', '--required')).toEqual({ code: 0, text: 'Address: speko/realtime\n' });
});

test('a missing address is said, and fails only where it is required', () => {
  write('package.json', { repository: { type: 'git', url: '' } });
  const text = 'The repository has no address yet: "repository" in package.json.\n';
  expect(call('--check')).toEqual({ code: 0, text });
  expect(call('--check', '--required')).toEqual({ code: 1, text });
});

test('--help says what it does', () => {
  expect(call('--help')).toEqual({ code: 0, text: expect.stringMatching(/^Usage: pnpm release:address/) });
});

function call(...args: string[]): { code: number | null; text: string } {
  const { status, stdout } = spawnSync(process.execPath, [cli, '--root', root, ...args], { encoding: 'utf8' });
  return { code: status, text: stdout };
}

function write(path: string, value: object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(value));
}
