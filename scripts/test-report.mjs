// A reporter for vitest: what `npm test` says at its end, in one small file. vitest's own JSON knows nothing of retries.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

/** Where the report is written, from the repository. */
export const REPORT_FILE = 'node_modules/.cache/speko/tests.json';
const LISTED = 10;

// oxlint-disable-next-line import/no-default-export -- vitest takes a reporter's default export
export default class TestReport {
  onTestRunEnd(modules) {
    mkdirSync(dirname(REPORT_FILE), { recursive: true });
    writeFileSync(REPORT_FILE, JSON.stringify(toReport(modules)));
  }
}

/** @param modules - test files, as vitest hands them to a reporter */
export function toReport(modules) {
  const report = { passed: 0, failed: 0, skipped: 0, retried: [], slowest: [] };
  const timed = [];
  for (const module of modules) {
    const file = relative(resolve(), module.moduleId);
    const failedBefore = report.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      report[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
      const name = `${file} > ${test.fullName}`;
      const { duration = 0, retryCount = 0 } = test.diagnostic() ?? {};
      timed.push({ name, ms: Math.round(duration) });
      if (state === 'passed' && retryCount > 0) report.retried.push(name);
    }
    // A file that cannot be loaded holds no test that could fail, so it counts as one failure itself.
    if (module.state() === 'failed' && report.failed === failedBefore) report.failed += 1;
  }
  report.slowest = timed.toSorted((a, b) => b.ms - a.ms).slice(0, LISTED);
  return report;
}
