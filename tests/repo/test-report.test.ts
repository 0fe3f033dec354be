// What `npm test` says at its end: scripts/test-report.mjs counts, scripts/summarise-tests.mjs puts it into words.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { summariseTests } from '../../scripts/summarise-tests.mjs';
import { repositoryRoot } from './workspace.ts';

const NOTHING = { passed: 2, failed: 0, skipped: 0, retried: [], slowest: [] };
const RETRIED = ['a.test.ts > one', 'a.test.ts > two', 'b.test.ts > three'];

describe('the summary', () => {
  test('ends with the counts', () => {
    expect(summariseTests(NOTHING, true)).toEqual({ lines: ['Tests: 2 passed, 0 failed'], isFailure: false });
    expect(summariseTests({ ...NOTHING, failed: 1, skipped: 3 }, false)).toEqual({
      lines: ['Tests: 2 passed, 1 failed, 3 skipped'],
      isFailure: true,
    });
  });

  test('lists the slowest tests', () => {
    const slowest = [{ name: 'a.test.ts > long', ms: 61_240 }];
    expect(summariseTests({ ...NOTHING, slowest }, false).lines).toEqual([
      'Slowest tests:',
      '   61.2 s  a.test.ts > long',
      'Tests: 2 passed, 0 failed',
    ]);
  });

  test('names what passed on a second try, two of which are no failure', () => {
    expect(summariseTests({ ...NOTHING, retried: RETRIED.slice(0, 2) }, true)).toEqual({
      lines: [
        'Passed on a second try:',
        '  a.test.ts > one',
        '  a.test.ts > two',
        'Tests: 2 passed, 0 failed (2 on the second try)',
      ],
      isFailure: false,
    });
  });

  test('fails in continuous integration, and only there, when more than two did', () => {
    expect(summariseTests({ ...NOTHING, retried: RETRIED }, false).isFailure).toBe(false);
    const { lines, isFailure } = summariseTests({ ...NOTHING, retried: RETRIED }, true);
    expect(isFailure).toBe(true);
    expect(lines.at(-2)).toBe('✗ 3 tests passed only when tried again; more than 2 are a failure here.');
  });

  test('a run without any test fails', () => {
    expect(summariseTests({ ...NOTHING, passed: 0 }, false).isFailure).toBe(true);
  });
});

test('the report counts tests, retries, files that cannot be loaded, and times', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'speko-report-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  symlinkSync(join(repositoryRoot, 'node_modules', 'vitest'), join(root, 'vitest'));
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(join(repositoryRoot, 'node_modules', 'vitest'), join(root, 'node_modules', 'vitest'));
  writeFileSync(
    join(root, 'some.test.mjs'),
    `import { describe, test } from 'vitest';
let tries = 0;
test('good', () => {});
describe('group', () => {
  test('flaky', { retry: 1 }, () => { tries += 1; if (tries === 1) throw new Error('first'); });
  test('bad', { retry: 1 }, () => { throw new Error('always'); });
  test.${'skip'}('left out', () => {});
});`,
  );
  writeFileSync(join(root, 'broken.test.mjs'), 'import "./nothing-there.mjs";');
  const vitest = join(repositoryRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = join(repositoryRoot, 'scripts', 'test-report.mjs');
  spawnSync(process.execPath, [vitest, 'run', '--root', root, `--reporter=${reporter}`], { cwd: root });
  const report = JSON.parse(readFileSync(join(root, 'node_modules/.cache/speko/tests.json'), 'utf8'));
  expect(report).toMatchObject({ passed: 2, failed: 2, skipped: 1, retried: ['some.test.mjs > group > flaky'] });
  expect(report.slowest).toHaveLength(4);
});
