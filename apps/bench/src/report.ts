import { median, quantile } from './statistics.ts';

/** All samples of one route. */
export interface RouteResult {
  readonly name: string;
  readonly cpuMicrosPerChunk: readonly number[];
  readonly roundTripsMs: readonly number[];
  readonly bytesPerSession: readonly number[];
  readonly readyMs: readonly number[];
}

export interface ReportRow {
  readonly route: string;
  readonly cpuMicrosPerChunk: number | null;
  readonly addedRoundTripP50Ms: number;
  readonly addedRoundTripP99Ms: number;
  readonly kibPerSession: number | null;
  readonly readyMs: number;
}

/** Medians over the rounds; round trips as what the route adds to the direct one. */
export function summarize(results: readonly RouteResult[]): ReportRow[] {
  const direct = results.find((result) => result.name === 'direct');
  return results.map((result) => ({
    route: result.name,
    cpuMicrosPerChunk: result.cpuMicrosPerChunk.length === 0 ? null : round(median(result.cpuMicrosPerChunk), 1),
    addedRoundTripP50Ms: round(quantile(result.roundTripsMs, 0.5) - quantile(direct?.roundTripsMs ?? [], 0.5), 2),
    addedRoundTripP99Ms: round(quantile(result.roundTripsMs, 0.99) - quantile(direct?.roundTripsMs ?? [], 0.99), 2),
    kibPerSession: result.bytesPerSession.length === 0 ? null : round(median(result.bytesPerSession) / 1024, 0),
    readyMs: round(median(result.readyMs), 1),
  }));
}

/** The rows as a Markdown table. */
export function formatTable(rows: readonly ReportRow[], providerMs: number): string {
  const head = [
    'route',
    'CPU µs per 20 ms chunk',
    'added p50 ms',
    'added p99 ms',
    'KiB per session',
    `ready ms (provider ${providerMs} ms away)`,
  ];
  const body = rows.map((row) => [
    row.route,
    show(row.cpuMicrosPerChunk),
    show(row.addedRoundTripP50Ms),
    show(row.addedRoundTripP99Ms),
    show(row.kibPerSession),
    show(row.readyMs),
  ]);
  const table = [head, head.map(() => '---'), ...body];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function show(value: number | null): string {
  return value === null ? '–' : String(value);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
