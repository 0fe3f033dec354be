// The whole command on a repository made for the test.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const cli = join(import.meta.dirname, 'changeset-cli.ts');
const manifest = { name: '@speko/audio', version: '1.0.0', files: ['dist', 'src'] };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'speko-changesets-'));
  git('init', '--quiet', '--initial-branch=main');
  write('packages/audio/package.json', JSON.stringify(manifest));
  write('packages/audio/src/pcm.ts', 'export {};\n');
  write('.changeset/README.md', '# Changesets\n');
  commit();
  git('checkout', '--quiet', '-b', 'change');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a commit that only changes a test passes', () => {
  write('packages/audio/src/pcm.test.ts', 'export {};\n');
  commit();
  expect(check()).toEqual({ code: 0, text: '✓ Every change that npm users get has its changeset.\n' });
});

test('a changed source is named with its package and what to run, and passes with a changeset', () => {
  write('packages/audio/src/pcm.ts', 'export const rate = 1;\n');
  commit();
  expect(check()).toEqual({
    code: 1,
    text:
      '✗ @speko/audio has no changeset for packages/audio/src/pcm.ts\n' +
      'Run: pnpm changeset, and write for the person who upgrades what is different and what to do about it.\n' +
      'If nobody can notice it: pnpm changeset --empty\n',
  });
  write('.changeset/loud-cats.md', "---\n'@speko/audio': minor\n---\n\nA rate.\n");
  expect(check().code).toBe(0);
});

test('what main did meanwhile is not part of the change', () => {
  git('checkout', '--quiet', 'main');
  write('packages/audio/src/other.ts', 'export {};\n');
  commit();
  git('checkout', '--quiet', 'change');
  expect(check().code).toBe(0);
});

test('a deleted source asks too', () => {
  rmSync(join(root, 'packages/audio/src/pcm.ts'));
  commit();
  expect(check().code).toBe(1);
});

test('a version pull request asks for nothing', () => {
  write('packages/audio/package.json', JSON.stringify({ ...manifest, version: '1.1.0' }));
  write('packages/audio/CHANGELOG.md', '# Changes\n');
  commit();
  expect(check().code).toBe(0);
});

test('a branch that does not exist is exit code 2', () => {
  const { status, stderr } = spawnSync(process.execPath, [cli, '--root', root, '--since', 'nowhere'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/nowhere[\s\S]*Usage: pnpm changeset:check/);
});

function check(): { code: number | null; text: string } {
  const { status, stdout } = spawnSync(process.execPath, [cli, '--root', root, '--since', 'main'], {
    encoding: 'utf8',
  });
  return { code: status, text: stdout };
}

function commit(): void {
  git('add', '--all');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '--message', 'x');
}

function git(...args: string[]): void {
  execFileSync('git', args, { cwd: root, stdio: 'pipe' });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
