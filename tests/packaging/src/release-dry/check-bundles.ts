import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build as buildWithEsbuild } from 'esbuild';
import { build as buildWithVite } from 'vite';
import webpack from 'webpack';
import { importEverything, isForBrowsers, type Subject } from './subject.ts';

/** Programs for Node leave what others wrote in node_modules, as bundlers for servers do. */
const OTHERS = /^(?!@speko\/)[^./]/;

/** What is bundled at once: everything for pages, or everything for Node. */
interface Program {
  readonly project: string;
  readonly file: string;
  readonly isForBrowsers: boolean;
}

type Bundle = (program: Program) => Promise<void>;

/** Each bundler takes a program that imports everything. All throw what the bundler says. */
export const BUNDLERS: Readonly<Record<'vite' | 'esbuild' | 'webpack', Bundle>> = {
  async vite({ project, file, isForBrowsers: isPage }) {
    await buildWithVite({
      root: project,
      configFile: false,
      logLevel: 'silent',
      ssr: { noExternal: [/^@speko\//] },
      build: { write: false, target: 'es2024', ...(isPage ? { rolldownOptions: { input: file } } : { ssr: file }) },
    });
  },
  async esbuild({ project, file, isForBrowsers: isPage }) {
    await buildWithEsbuild({
      absWorkingDir: project,
      entryPoints: [file],
      bundle: true,
      format: 'esm',
      platform: isPage ? 'browser' : 'node',
      write: false,
      logLevel: 'silent',
      plugins: isPage
        ? []
        : [{ name: 'others', setup: (of) => of.onResolve({ filter: /./ }, ({ path }) => leaveOutside(path)) }],
    });
  },
  webpack({ project, file, isForBrowsers: isPage }) {
    const compiler = webpack({
      context: project,
      entry: `./${file}`,
      mode: 'production',
      target: isPage ? 'web' : 'node22',
      experiments: { outputModule: true },
      output: { path: join(project, 'webpack'), module: true },
      ...(isPage ? {} : { externalsType: 'module', externals: [OTHERS] }),
    });
    return new Promise((resolve, reject) => {
      compiler?.run((error, stats) => {
        if (error) reject(error);
        else if (stats?.hasErrors() === true) reject(new Error(stats.toString({ all: false, errors: true })));
        else compiler.close((failure) => (failure ? reject(failure) : resolve()));
      });
    });
  },
};

/** Bundles what is for pages, and what is for Node, each as such. */
export async function checkBundle(bundler: keyof typeof BUNDLERS, { project, packages }: Subject): Promise<boolean> {
  const programs = [true, false].map((isPage) => ({
    isPage,
    text: importEverything(packages.filter((each) => isForBrowsers(each) === isPage)),
  }));
  const wanted = programs.filter(({ text }) => text.includes('import '));
  for (const { isPage, text } of wanted) {
    const file = `${isPage ? 'page' : 'server'}.mjs`;
    writeFileSync(join(project, file), text);
    await BUNDLERS[bundler]({ project, file, isForBrowsers: isPage });
  }
  return wanted.length > 0;
}

function leaveOutside(path: string): { path: string; external: true } | undefined {
  return OTHERS.test(path) ? { path, external: true } : undefined;
}
