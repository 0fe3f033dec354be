import type { Verdict } from './verdict.ts';

const HEAD = ['attack', 'who can do it', 'sent', 'p50 ms', 'p99 ms', 'worst', 'grew MB', 'lost', 'verdict'];
const WIDEST = 44;

/** The whole run as a table for people, faults with their reasons below it. */
export function formatReport(verdicts: readonly Verdict[]): string {
  const rows = [HEAD, ...verdicts.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const notes = verdicts
    .filter(({ verdict }) => verdict !== 'HELD')
    .flatMap(({ name, verdict, reasons }) => [`${verdict} ${name}`, ...reasons.map((reason) => `  - ${reason}`)]);
  const counts = (['HELD', 'FAULT', 'SKIPPED'] as const).map(
    (kind) => `${verdicts.filter(({ verdict }) => verdict === kind).length} ${kind.toLowerCase()}`,
  );
  return `${[...lines, '', ...notes, ...(notes.length > 0 ? [''] : []), `Attacks: ${counts.join(', ')}`].join('\n')}\n`;
}

/** One line, as soon as an attack is over. */
export function formatVerdict({ name, verdict, reasons, seconds }: Verdict): string {
  return `${verdict} ${name} (${seconds} s)${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`;
}

function rowOf({ name, who, sent, observed, lost, verdict }: Verdict): string[] {
  const ms = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(value < 10 ? 1 : 0));
  return [
    name,
    who,
    sent.length > WIDEST ? `${sent.slice(0, WIDEST - 1)}…` : sent,
    ms(observed?.pings.p50Ms),
    ms(observed?.pings.p99Ms),
    ms(observed?.pings.worstMs),
    observed === undefined ? '-' : String(Math.round(observed.growthBytes / 1e6)),
    observed === undefined ? '-' : String(lost.length),
    verdict,
  ];
}

function isNumber(column: number): boolean {
  return column >= 3 && column <= 7;
}
