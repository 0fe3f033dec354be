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
  const code = { capture: await bundleWorklet('capture'), player: await bundleWorklet('player') };
  return {
    ...definePackage({ platform: 'neutral' }),
    define: {
      ...define,
      'import.meta.spekoCaptureCode': JSON.stringify(code.capture),
      'import.meta.spekoPlayerCode': JSON.stringify(code.player),
    },
    plugins: [
      {
        name: 'worklet-files',
        generateBundle() {
          for (const [kind, source] of Object.entries(code)) {
            this.emitFile({ type: 'asset', fileName: `worklets/${kind}.js`, source });
          }
        },
      },
    ],
  };
});

async function bundleWorklet(kind: 'capture' | 'player'): Promise<string> {
  const { bundles } = await build({
    config: false,
    entry: `src/worklets/${kind}.ts`,
    platform: 'browser',
    target: 'es2022',
    minify: true,
    dts: false,
    write: false,
    define,
    logLevel: 'warn',
  });
  const [chunk] = bundles.flatMap((bundle) => bundle.chunks);
  if (chunk?.type !== 'chunk') throw new Error(`The ${kind} worklet was not built.`);
  return chunk.code;
}
