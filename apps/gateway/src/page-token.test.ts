import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPageToken, keepPageToken, pageUrl } from './page-token.ts';

let folder: string;
let database: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'speko-page-token-'));
  database = join(folder, 'data', 'gateway.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the token is made once, kept beside the database and readable by its owner only', () => {
  const { token, path } = keepPageToken(database);
  expect(token).toMatch(/^page_[0-9a-f]{48}$/);
  expect(path).toBe(`${database}.page-token`);
  expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
  chmodSync(path, 0o644);
  expect(keepPageToken(database)).toEqual({ token, path });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(findPageToken(database)).toEqual({ token, path });
});

test('looking for a token makes none', () => {
  expect(findPageToken(database)).toBeUndefined();
  expect(() => statSync(`${database}.page-token`)).toThrow('ENOENT');
});

test('a file without a token in it is refused, with its path and what to do', () => {
  writeFileSync(join(folder, 'gateway.db.page-token'), 'short\n');
  expect(() => keepPageToken(join(folder, 'gateway.db'))).toThrow(
    `SPEKO_PLAYGROUND is not false, and the address of the page needs a token. The file ${folder}/gateway.db.page-token holds no page token; delete it to get a new one. Or set SPEKO_PLAYGROUND to false.`,
  );
});

test.each([
  ['http://127.0.0.1:8787', undefined, 'http://127.0.0.1:8787/?token=t'],
  ['http://127.0.0.1:8787', 'https://voice.example.com', 'https://voice.example.com/?token=t'],
  ['http://127.0.0.1:8787', 'https://voice.example.com/eu//', 'https://voice.example.com/eu/?token=t'],
])('the address of the page on %s, public as %s, is %s', (url, publicUrl, expected) => {
  expect(pageUrl(url, publicUrl, 't')).toBe(expected);
});
