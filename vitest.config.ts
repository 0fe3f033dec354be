import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ADVICE, findChromium } from './scripts/find-chromium.mjs';

// Sibling packages resolve to their TypeScript source, so tests need no build.
const conditions = ['@speko/source', 'module', 'node', 'development|production', 'import', 'default'];
const exclude = ['**/node_modules/**', '**/dist/**', 'tests/live/**'];
const BROWSER_TESTS = '**/*.browser.test.ts';
/** Where tests share a process: they start no other program and leave nothing behind. */
const SHARING_FOLDERS = [
  'packages/{protocol,audio,adapter,adapter-*,server,simulators,simulator-kit}/{src,test}',
  'tests/{repo,behaviour}',
  'tests/e2e/{wire,providers}',
];
/** Under a fake timer or global, whatever is loaded keeps it. */
const STATELESS_TESTS = globSync(
  SHARING_FOLDERS.map((folder) => `${folder}/**/*.test.ts`),
  { cwd: import.meta.dirname },
).filter((file) => !/useFakeTimers|stubGlobal/.test(readFileSync(join(import.meta.dirname, file), 'utf8')));
const SOUND_TESTS = 'tests/browser/sound/**/*.browser.test.ts';
const WITH_BROWSER = {
  globalSetup: ['tests/browser/helpers/build-packages.ts'],
  // A busy machine makes Chromium skip pieces of its own time; a fault of ours shows twice.
  retry: 1,
  hookTimeout: 60_000,
};
const hasBrowser = canRunBrowser();

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@speko/source', 'node', 'import', 'default'] } },
  test: {
    environment: 'node',
    restoreMocks: true,
    unstubEnvs: true,
    // For calls over real sockets, and browsers, on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Calls over real sockets wait most of their time, so that more of them fit than there are cores.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'stateless',
          include: STATELESS_TESTS,
          exclude: [...exclude, BROWSER_TESTS],
          // Without a process for each file these take half the processor time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{packages,apps,tests,examples}/**/*.test.ts', 'tools/*/src/**/*.test.ts'],
          exclude: [...exclude, BROWSER_TESTS, ...STATELESS_TESTS],
        },
      },
      {
        extends: true,
        test: {
          ...WITH_BROWSER,
          // Pages whose sound nobody measures; they run beside the tests in Node, and wait most of their time as well.
          name: 'browser',
          include: hasBrowser ? [`{packages,apps,tests,examples}/${BROWSER_TESTS}`] : [],
          exclude: [...exclude, SOUND_TESTS],
        },
      },
      {
        extends: true,
        test: {
          ...WITH_BROWSER,
          name: 'sound',
          include: hasBrowser ? [SOUND_TESTS] : [],
          exclude,
          // Sound is a matter of time: nothing else runs beside these, and each has a core for its page.
          sequence: { groupOrder: 1 },
          maxWorkers: Math.min(4, availableParallelism()),
        },
      },
    ],
  },
});

/** Where everything must be tested, its absence fails the tests themselves. */
function canRunBrowser(): boolean {
  if (findChromium() !== undefined || process.env['CI']) return true;
  process.stderr.write(`\n  NOT RUN: the tests in a real browser, since no Chromium was found. ${CHROMIUM_ADVICE}\n`);
  return false;
}
