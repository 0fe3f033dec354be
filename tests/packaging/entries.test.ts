// What bundlers and production load of a package, seen on what was built. Needs `pnpm build` first.
import { join } from 'node:path';
import { listPublishedPackages } from '@speko/release';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { listScripts, root } from './src/harness/packed-packages.ts';

const packages = listPublishedPackages(root);
const withScripts = packages.filter(({ manifest }) => listScripts(manifest).length > 0);

test('the worklets are scripts that a page loads for what they do', () => {
  expect(withScripts.flatMap(({ manifest }) => listScripts(manifest))).toEqual([
    '@speko/client-browser/worklets/capture.js',
    '@speko/client-browser/worklets/player.js',
  ]);
});

describe.each(withScripts)('$manifest.name', ({ folder, manifest }) => {
  test.each(listScripts(manifest))('import %s, and the bundle holds it', async (specifier) => {
    const { code, warnings } = await bundle(folder, `import '${specifier}';`);
    expect(warnings).toEqual([]);
    expect(code).toContain('registerProcessor(');
  });

  test('of an import that is not used nothing else is kept', async () => {
    const { code } = await bundle(folder, `import '${manifest.name}';`);
    expect(code.trim()).toBe('(() => {\n})();');
  });
});

test('import @speko/server loads no test suite', async () => {
  const { modules, externals } = await bundle('packages/server', "export * from '@speko/server';");
  expect(modules).toContain('dist/store/store-error.js');
  expect(modules.filter((path) => /contract|conformance|\.test\./.test(path))).toEqual([]);
  expect(externals.filter((name) => /^(node:)?(assert|test)|vitest/.test(name))).toEqual([]);
});

test('import @speko/server/store-contract loads the suite, and no server', async () => {
  const { modules } = await bundle('packages/server', "export * from '@speko/server/store-contract';");
  const cases = modules.filter((path) => path.startsWith('dist/store/contract/'));
  expect(cases.length).toBeGreaterThan(1);
  expect(modules.filter((path) => !cases.includes(path)).toSorted()).toEqual([
    'dist/store-contract.js',
    'dist/store/store-error.js',
  ]);
});

/** Bundles a program of one line inside a package's folder, with what it depends on left outside. */
async function bundle(folder: string, contents: string) {
  const { outputFiles, metafile, warnings } = await build({
    stdin: { contents, resolveDir: join(root, folder) },
    absWorkingDir: join(root, folder),
    bundle: true,
    format: contents.startsWith('export') ? 'esm' : 'iife',
    platform: 'neutral',
    outfile: 'bundle.js',
    write: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [
      {
        name: 'others-outside',
        setup: (of) => of.onResolve({ filter: /^[^.]/ }, ({ path, kind }) => leaveOutside(path, kind, folder)),
      },
    ],
  });
  return {
    code: outputFiles[0]?.text ?? '',
    warnings: warnings.map(({ text }) => text),
    modules: Object.keys(metafile.inputs).filter((path) => path.startsWith('dist/')),
    externals: Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    ),
  };
}

function leaveOutside(path: string, kind: string, folder: string) {
  const own = packages.find((each) => each.folder === folder)?.manifest.name ?? '';
  const isOwn = path === own || path.startsWith(`${own}/`);
  return kind === 'entry-point' || isOwn ? undefined : { path, external: true, sideEffects: false };
}
