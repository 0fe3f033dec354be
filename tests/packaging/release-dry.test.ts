// The short form of `pnpm release:dry`: two packages and one bundler. Needs `pnpm build` first.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packAll, type PackedPackages } from './src/harness/packed-packages.ts';
import { dryRun } from './src/release-dry/dry-run.ts';

const CHOSEN = ['@speko/audio', '@speko/client-browser'];
const CHECKS = ['import', 'nodenext', 'esbuild', 'readme'];
const cli = join(import.meta.dirname, 'src', 'release-dry', 'cli.ts');
let scratch: string;
let all: PackedPackages;

beforeAll(async () => {
  scratch = mkdtempSync(join(realpathSync(tmpdir()), 'speko-release-'));
  all = await packAll(scratch);
}, 60_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }), 60_000);

test('a package for Node and one for pages pass, each alone', { timeout: 60_000 }, async () => {
  const chosen = all.packages.filter(({ manifest }) => CHOSEN.includes(manifest.name));
  const options = { scratch, packed: all.packages, checks: CHECKS, together: false, progress: () => {} };
  const rows = await dryRun({ ...options, chosen });
  const states = rows.map(({ name, outcomes }) => [
    name,
    ...[...outcomes].map(([check, { state }]) => `${check} ${state}`),
  ]);
  const wanted = ['install ok', 'import ok', 'nodenext ok', 'esbuild ok', 'readme ok'];
  expect(states).toEqual(CHOSEN.map((name) => [name, ...wanted]));
});

test(
  'a package that cannot be loaded is told with the reason, and its other checks are tried',
  { timeout: 60_000 },
  async () => {
    const [audio] = all.packages.filter(({ manifest }) => manifest.name === '@speko/audio');
    if (audio === undefined) throw new Error('It was not packed.');
    const manifest = { ...audio.manifest, exports: { './gone': { default: './gone.js' } } };
    const options = {
      scratch,
      packed: all.packages,
      checks: ['import', 'readme'],
      together: false,
      progress: () => {},
    };
    const [row] = await dryRun({ ...options, chosen: [{ ...audio, manifest }] });
    expect(row?.outcomes.get('import')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining("'./gone' is not defined"),
    });
    expect(row?.outcomes.get('readme')).toMatchObject({ state: 'ok' });
  },
);

test.each([
  ['--help', 0, /Publishes nothing/],
  ['--checks=parcel', 1, /There is no check "parcel"/],
])('%s is answered before anything is packed', (arg, code, words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, arg], { encoding: 'utf8' });
  expect(status).toBe(code);
  expect(`${stdout}${stderr}`).toMatch(words);
  expect(stderr).not.toMatch(/^pack$/m);
});
