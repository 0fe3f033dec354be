import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDevelopmentKey, keepDevelopmentKey } from './development-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'speko-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the key is made once, kept beside the database and readable by its owner only', () => {
  const database = join(folder, 'data', 'gateway.db');
  const { key, path } = keepDevelopmentKey(database);
  expect(key).toMatch(/^sk_speko_\w{32}$/);
  expect(path).toBe(`${database}.development-key`);
  expect(readFileSync(path, 'utf8')).toBe(`${key}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(keepDevelopmentKey(database)).toEqual({ key, path });
});

test('a file that became readable for others is closed again', () => {
  const database = join(folder, 'gateway.db');
  const { path } = keepDevelopmentKey(database);
  chmodSync(path, 0o644);
  keepDevelopmentKey(database);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('looking for a key makes none', () => {
  const database = join(folder, 'gateway.db');
  expect(findDevelopmentKey(database)).toBeUndefined();
  expect(() => statSync(`${database}.development-key`)).toThrow('ENOENT');
});

test('a file without a key in it is refused, with its path and what to do', () => {
  const database = join(folder, 'gateway.db');
  writeFileSync(`${database}.development-key`, '\n');
  expect(() => keepDevelopmentKey(database)).toThrow(
    `The file ${database}.development-key holds no development key; delete it to get a new one. Or set SPEKO_API_KEYS.`,
  );
});

test('a folder that cannot be made is refused with the reason', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => keepDevelopmentKey(join(folder, 'file', 'gateway.db'))).toThrow(
    /SPEKO_API_KEYS is not set, and .*(EEXIST|ENOTDIR)/,
  );
});
