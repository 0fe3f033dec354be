/** Tests that passed only when tried again; more of them fail in continuous integration, where nobody would look twice. */
const MAX_RETRIED = 2;

/**
 * What `npm test` prints at its end, from the report of test-report.mjs.
 *
 * @param report - `passed`, `failed` and `skipped` counts, names in `retried`, `{ name, ms }` in `slowest`
 * @param isContinuousIntegration - whether many retries are a failure
 * @returns `lines` for standard output, counts last, and whether the run failed by them
 */
export function summariseTests({ passed, failed, skipped, retried, slowest }, isContinuousIntegration) {
  const lines = [];
  if (slowest.length > 0) {
    lines.push('Slowest tests:', ...slowest.map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${name}`));
  }
  const isUnsteady = isContinuousIntegration && retried.length > MAX_RETRIED;
  if (retried.length > 0) lines.push('Passed on a second try:', ...retried.map((name) => `  ${name}`));
  if (isUnsteady)
    lines.push(`✗ ${retried.length} tests passed only when tried again; more than ${MAX_RETRIED} are a failure here.`);
  const again = retried.length > 0 ? ` (${retried.length} on the second try)` : '';
  lines.push(`Tests: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}${again}`);
  return { lines, isFailure: passed === 0 || failed > 0 || isUnsteady };
}
