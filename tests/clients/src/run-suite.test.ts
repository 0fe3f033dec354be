import { expect, test } from 'vitest';
import { runPythonChecks } from './python-checks.ts';
import { runSuite } from './run-suite.ts';
import type { Stage, Suite } from './suite.ts';

async function lines(run: Suite['run']): Promise<{ printed: string[]; held: number; failed: number }> {
  let printed = '';
  const result = await runSuite({ name: 'parrot', does: 'says everything twice', run }, (line) => {
    printed += `${line.replace(/ \d+\.\d s$/, '')}\n`;
  });
  return { printed: printed.trimEnd().split('\n'), ...result };
}

test('each check of a suite is a line, with what went wrong below it', async () => {
  const run = async (stage: Stage): Promise<void> => {
    stage.check('talks');
    stage.check('listens', 'It heard nothing.\nAt all.');
  };
  expect(await lines(run)).toEqual({
    printed: ['parrot: says everything twice', '  ✓ talks', '  ✗ listens', '      It heard nothing.', '      At all.'],
    held: 1,
    failed: 1,
  });
});

test.each([
  ['throws', async () => Promise.reject(new Error('The cage is locked.')), 'The cage is locked.'],
  ['checks nothing', async () => undefined, 'It checked nothing.'],
])('a suite that %s has failed', async (_what, run, reason) => {
  const { printed, held, failed } = await lines(run);
  expect({ held, failed }).toEqual({ held: 0, failed: 1 });
  expect(printed.at(-1)).toBe(`      ${reason}`);
});

test('a program tells its checks in lines of JSON, and its exit code counts', async () => {
  // Any interpreter will do for the protocol.
  const script = new URL('__fixtures__/told-checks.mjs', import.meta.url);
  const run = (stage: Stage): Promise<void> =>
    runPythonChecks(stage, { python: process.execPath, script, env: { EXIT_CODE: '3' } });
  const { printed, held, failed } = await lines(run);
  expect(printed.slice(1)).toEqual([
    '  ✓ talks',
    '  ✗ listens',
    '      deaf',
    '  ✗ runs to its end',
    '      its program ended with 3:',
    '      oh dear',
  ]);
  expect({ held, failed }).toEqual({ held: 1, failed: 2 });
});
