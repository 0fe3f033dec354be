import { readFileSync } from 'node:fs';
import { build, defineConfig, type UserConfig } from 'tsdown';
import { definePackage } from '../../tsdown.base.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const define = { 'import.meta.spekoVersion': JSON.stringify(version) };

/**
 * The worklets leave this build twice: as files without imports, for pages to serve, and as text inside the package, for
 * pages that serve none.
 */
export default defineConfig(async (): Promise<UserConfig> => {
  const files = { 'capture.js': await bundleWorklet('capture'), 'player.js': await bundleWorklet('player') };
  const both = await bundleWorklet('all-processors');
  return {
    ...definePackage({ platform: 'neutral' }),
    define: {
      ...define,
      'import.meta.spekoWorkletCode': JSON.stringify(both),
    },
    plugins: [
      {
        name: 'worklet-files',
        generateBundle() {
          for (const [name, source] of Object.entries(files)) {
            this.emitFile({ type: 'asset', fileName: `worklets/${name}`, source });
          }
        },
      },
    ],
  };
});

async function bundleWorklet(name: 'capture' | 'player' | 'all-processors'): Promise<string> {
  const { bundles } = await build({
    config: false,
    entry: `src/worklets/${name}.ts`,
    platform: 'browser',
    target: 'es2022',
    minify: true,
    dts: false,
    write: false,
    define,
    logLevel: 'warn',
  });
  const [chunk] = bundles.flatMap((bundle) => bundle.chunks);
  if (chunk?.type !== 'chunk') throw new Error(`The worklet ${name} was not built.`);
  // Hints for bundlers, and there is no bundler after this one.
  return chunk.code.replaceAll('/* @__PURE__ */ ', '').trim();
}
