// The built page: what the strict Content-Security-Policy of the gateway asks of it, and what it weighs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';

const MAX_SCRIPT_BYTES = 120_000;

const dist = join(import.meta.dirname, '..', '..', 'apps', 'playground', 'dist');
const read = (...path: string[]) => readFileSync(join(dist, ...path));

beforeAll(() => {
  if (!existsSync(join(dist, 'index.html'))) throw new Error('The page is not built. Run: pnpm build');
});

/** Scripts that the page names, itself or by one of them: a folder that was built before may hold older ones too. */
function scriptsInUse(): string[] {
  const found = new Set<string>();
  const follow = (text: string): void => {
    for (const name of readdirSync(join(dist, 'assets'))) {
      if (!name.endsWith('.js') || found.has(name) || !text.includes(name)) continue;
      found.add(name);
      follow(read('assets', name).toString());
    }
  };
  follow(read('index.html').toString());
  return [...found];
}

test('its scripts, compressed, weigh at most 120 kB', () => {
  const bytes = scriptsInUse().reduce((sum, name) => sum + gzipSync(read('assets', name), { level: 9 }).byteLength, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
});

test('nothing is inline, and everything it names is beside it', () => {
  const html = read('index.html').toString();
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:|data:/);
  const named = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
  expect(named).toHaveLength(3);
  for (const url of named) expect(url).toMatch(/^\.\/(assets\/[\w-]+-[\w-]{8}\.(js|css)|favicon\.svg)$/);
});

test('both worklets are files of their own', () => {
  const names = scriptsInUse();
  expect(names.filter((name) => /^(capture|player)-[\w-]{8}\.js$/.test(name))).toHaveLength(2);
  const main = names.filter((name) => /^index-.*\.js$/.test(name)).map((name) => read('assets', name).toString());
  expect(main.join('')).toMatch(/new URL\([^)]*capture-[\w-]{8}\.js/);
});

test('the page logs nothing of its own', () => {
  const main = scriptsInUse().filter((name) => /^index-.*\.js$/.test(name));
  expect(main).toHaveLength(1);
  expect(read('assets', String(main[0])).toString()).not.toMatch(/console\.(log|info|debug)\(/);
});

test('the notices of what it bundles come along', () => {
  expect(read('licenses.md').toString()).toMatch(/## react - /);
});
