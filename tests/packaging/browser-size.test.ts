// What the browser client adds to a page: built, bundled and minified as an application would, then gzipped. Everything that
// is loaded is counted somewhere: the script, the code that runs on the audio thread, and their sums.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const KB = 1000;

const everything = "export * from '@speko/client-browser';";
const parts = "export { Microphone, Speaker } from '@speko/client-browser';";
const workletFiles = ['capture.js', 'player.js'].map((name) =>
  fileURLToPath(import.meta.resolve(`@speko/client-browser/worklets/${name}`)),
);

test('the bundle holds nothing but our own packages', async () => {
  expect((await bundle(everything)).packages).toEqual(['client-browser', 'client-core', 'protocol']);
});

test('the script of the whole client with audio is at most 14 kB', async () => {
  expect((await bundle(everything)).script).toBeLessThanOrEqual(14 * KB);
});

test('the script of microphone and loudspeaker alone, with all error texts, is at most 4.7 kB', async () => {
  expect((await bundle(parts)).script).toBeLessThanOrEqual(4.7 * KB);
});

test('[WKL5] the code that a page need not serve is at most 2.6 kB, and not in the script', async () => {
  const { carried, scriptText } = await bundle(everything);
  expect(scriptText).not.toContain('registerProcessor');
  expect(carried).toBeGreaterThan(1 * KB);
  expect(carried).toBeLessThanOrEqual(2.6 * KB);
});

test('the two files that a page may serve are at most 1.2 kB and 1.8 kB', () => {
  const [capture, player] = workletFiles.map((file) => gzipped(readFileSync(file)));
  expect(capture).toBeLessThanOrEqual(1.2 * KB);
  expect(player).toBeLessThanOrEqual(1.8 * KB);
});

test('all in all it is at most 16.5 kB for a page that serves nothing, in two pieces or in one', async () => {
  const { script, carried } = await bundle(everything);
  expect(script + carried).toBeLessThanOrEqual(16.5 * KB);
  expect((await bundle(everything, { splitting: false })).script).toBeLessThanOrEqual(16.5 * KB);
});

test('all in all it is at most 16.8 kB for a page that serves the two files', async () => {
  const served = workletFiles.map((file) => gzipped(readFileSync(file)));
  expect(served.reduce((sum, bytes) => sum + bytes, (await bundle(everything)).script)).toBeLessThanOrEqual(16.8 * KB);
});

interface Bundle {
  readonly scriptText: string;
  /** Of what a page loads with its own script, in bytes. */
  readonly script: number;
  /** Of what it loads only where it serves no worklet files, in bytes. */
  readonly carried: number;
  readonly packages: readonly string[];
}

async function bundle(contents: string, { splitting = true } = {}): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    splitting,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: 'bundle',
    write: false,
    metafile: true,
    // Only for naming what is inside.
    absWorkingDir: import.meta.dirname,
  });
  const outputs = Object.values(metafile.outputs);
  const used = outputs.flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput));
  const names = used.map(([path]) => /packages\/([^/]+)\/dist\//.exec(path)?.[1] ?? path);
  const [entry, chunk, ...others] = outputFiles;
  // A third file would be one that this test does not count.
  if (entry === undefined || others.length > 0) throw new Error(`There are ${outputFiles.length} files in the bundle.`);
  return {
    scriptText: entry.text,
    script: gzipped(entry.contents),
    carried: chunk === undefined ? 0 : gzipped(chunk.contents),
    packages: [...new Set(names.filter((name) => name !== '<stdin>'))].sort(),
  };
}

function gzipped(contents: Uint8Array): number {
  return gzipSync(contents, { level: 9 }).length;
}
