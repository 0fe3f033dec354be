/** Counts of a test run, and what is told of it by name. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Tests that passed only when tried again. */
  readonly retried: readonly string[];
  /** Longest first. */
  readonly slowest: readonly { readonly name: string; readonly ms: number }[];
}

/** What `npm test` prints at its end: see summarise-tests.mjs. */
export function summariseTests(
  report: TestReport,
  isContinuousIntegration: boolean,
): { lines: string[]; isFailure: boolean };
