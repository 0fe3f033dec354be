// What the browser client adds to a page: built, bundled and minified as an application would, then gzipped.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const KB = 1000;

test('the whole client with audio is at most 12 kB, and holds nothing but our own packages', async () => {
  const { bytes, packages } = await bundle("export * from '@speko/client-browser';");
  expect(packages).toEqual(['client-browser', 'client-core', 'protocol']);
  expect(bytes).toBeLessThanOrEqual(12 * KB);
});

test('microphone and loudspeaker alone, with their worklets and all error texts, are at most 6.8 kB', async () => {
  const { bytes } = await bundle("export { Microphone, Speaker } from '@speko/client-browser';");
  expect(bytes).toBeLessThanOrEqual(6.8 * KB);
});

async function bundle(contents: string): Promise<{ bytes: number; packages: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
    // Only for naming what is inside.
    absWorkingDir: import.meta.dirname,
  });
  const [output] = Object.values(metafile.outputs);
  const used = Object.entries(output?.inputs ?? {}).filter(
    ([path, { bytesInOutput }]) => path !== '<stdin>' && bytesInOutput > 0,
  );
  const names = used.map(([path]) => /packages\/([^/]+)\/dist\//.exec(path)?.[1] ?? path);
  return { bytes: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length, packages: [...new Set(names)].sort() };
}
