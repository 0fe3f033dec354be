import type { Outcome, Row } from './outcome.ts';

/** What is said of a whole run. */
export interface Report {
  readonly rows: readonly Row[];
  /** What keeps a real release from being made although every check passed. */
  readonly blockers: readonly string[];
}

/** The longest reason that is printed, in lines. */
const MAX_REASON_LINES = 30;

/** The names of what failed, as `package: check`. */
export function listFailures({ rows }: Report): string[] {
  return rows.flatMap(({ name, outcomes }) =>
    [...outcomes].filter(([, { state }]) => state === 'failed').map(([check]) => `${name}: ${check}`),
  );
}

/** The table for people, with the reasons of what failed below it and what blocks a release at the end. */
export function formatReport(report: Report): string {
  const { rows, blockers } = report;
  const columns = [...new Set(rows.flatMap(({ outcomes }) => [...outcomes.keys()]))];
  const cells = [
    ['package', ...columns],
    ...rows.map(({ name, outcomes }) => [name, ...columns.map((column) => cellOf(outcomes.get(column)))]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const table = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const failures = listFailures(report);
  const reasons = rows.flatMap(({ name, outcomes }) =>
    [...outcomes].flatMap(([check, outcome]) =>
      outcome.state === 'failed' ? [`✗ ${name}: ${check}`, shorten(outcome.reason), ''] : [],
    ),
  );
  const checked = rows.flatMap(({ outcomes }) => [...outcomes.values()]).filter(({ state }) => state !== 'none').length;
  const verdict =
    failures.length === 0 ? `✓ ${checked} checks passed` : `✗ ${failures.length} of ${checked} checks failed`;
  const blocking = blockers.map((blocker) => `! BLOCKS A REAL RELEASE: ${blocker}`);
  return `${[...table, '', ...reasons, verdict, ...blocking].join('\n')}\n`;
}

function cellOf(outcome: Outcome | undefined): string {
  if (outcome === undefined || outcome.state === 'none') return '–';
  return `${outcome.state === 'ok' ? '✓' : '✗'} ${outcome.seconds.toFixed(1)} s`;
}

function shorten(reason: string): string {
  const lines = reason.split('\n').filter((line) => line.trim() !== '');
  const left = lines.length - MAX_REASON_LINES;
  const shown = left > 0 ? [...lines.slice(0, MAX_REASON_LINES), `… and ${left} more lines`] : lines;
  return shown.map((line) => `  ${line}`).join('\n');
}
