import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listRepositoryFiles, readRepositoryFile, repositoryRoot } from './workspace.ts';

const MAX_FILE_BYTES = 1024 * 1024;
const BINARY = /\.(wav|pcm|png|ico|gz)$/;

const files = listRepositoryFiles();
const texts = files
  .filter((path) => !BINARY.test(path) && path !== 'tests/repo/hygiene.test.ts')
  .map((path) => ({ path, lines: readRepositoryFile(path).split('\n') }));

test('nothing is tracked that git should ignore', () => {
  const tracked = execFileSync('git', ['ls-files', '--cached', '--ignored', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  expect(tracked).toBe('');
});

test('no file is larger than 1 MB', () => {
  expect(files.filter((path) => statSync(join(repositoryRoot, path)).size > MAX_FILE_BYTES)).toEqual([]);
});

test('no file names a path of one machine', () => {
  expect(linesMatching(/(^|[^\w.)}\]-])\/(work|root|home|Users)\/\w/)).toEqual([]);
});

test('no file names a package registry', () => {
  expect(linesMatching(/registry\.\w+\.(com|org)|npmmirror\.com|^\s*tarball: http|localhost:4873/)).toEqual([]);
});

test('no test is skipped, left for later or run alone', () => {
  expect(linesMatching(/\b(test|it|describe|suite)(\.\w+)*\.(only|skip|todo)\b/, /\.test\.ts$/)).toEqual([]);
});

test('no source silences the compiler, and none silences the linter without a reason', () => {
  expect(linesMatching(/@ts-(ignore|nocheck)/, /\.[cm]?[jt]s$/)).toEqual([]);
  expect(linesMatching(/(oxlint|eslint)-disable(?!.* -- \S)/, /\.[cm]?[jt]s$/)).toEqual([]);
});

test('no source holds a note to do something later', () => {
  expect(linesMatching(/\b(TODO|FIXME|XXX)\b/, /\.[cm]?[jt]s$/)).toEqual([]);
});

test('every relative link of a Markdown file leads to a file', () => {
  const dead = texts
    .filter(({ path }) => path.endsWith('.md') && !path.startsWith('tools/new-adapter/template/'))
    .flatMap(({ path, lines }) =>
      [...lines.join('\n').matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(repositoryRoot, dirname(path), target)))
        .map((target) => `${path} links to ${target}`),
    );
  expect(dead).toEqual([]);
});

test('no test that shares its process replaces timers or globals', () => {
  // `stateless` of vitest.config.ts: what is loaded under a fake timer would keep it.
  const shared = /^packages\/(protocol|audio|adapter|adapter-[^/]+)\/.*\.test\.ts$/;
  expect(linesMatching(/\b(useFakeTimers|stubGlobal)\b/, shared)).toEqual([]);
});

function linesMatching(pattern: RegExp, inPaths = /./): string[] {
  return texts
    .filter(({ path }) => inPaths.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 120)}`] : [])),
    );
}
