// That the bench runs and reports. Its figures depend on the machine, so none of them is judged here.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatTable, type ReportRow } from './report.ts';

test('the short form reports every figure of every route', { timeout: 60_000 }, () => {
  const args = ['--conditions=@speko/source', join(import.meta.dirname, 'cli.ts'), '--short', '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
  expect([status, stderr.trim().split('\n').at(-1)]).toEqual([0, 'memory 1 of 1: gateway']);
  const figure = expect.any(Number);
  const figures = { addedRoundTripP50Ms: figure, addedRoundTripP99Ms: figure, readyMs: figure };
  const measured = { ...figures, cpuMicrosPerChunk: figure, kibPerSession: figure };
  expect(JSON.parse(stdout)).toEqual({
    sessions: 2,
    seconds: 0.2,
    rounds: 1,
    providerMs: 10,
    rows: [
      {
        route: 'direct',
        ...figures,
        addedRoundTripP50Ms: 0,
        addedRoundTripP99Ms: 0,
        cpuMicrosPerChunk: null,
        kibPerSession: null,
      },
      { route: 'pass-through', ...measured },
      { route: 'gateway', ...measured },
    ],
  });
});

test('the table has a row for each route, and a dash for what a route has not', () => {
  const rest = { addedRoundTripP50Ms: 0.25, addedRoundTripP99Ms: 1.5, readyMs: 203.4 };
  const rows: ReportRow[] = [
    { route: 'direct', cpuMicrosPerChunk: null, kibPerSession: null, ...rest },
    { route: 'gateway', cpuMicrosPerChunk: 41.2, kibPerSession: 38, ...rest },
  ];
  expect(formatTable(rows, 100).split('\n')).toEqual([
    '| route | CPU µs per 20 ms chunk | added p50 ms | added p99 ms | KiB per session | ready ms (provider 100 ms away) |',
    '| --- | --- | --- | --- | --- | --- |',
    '| direct | – | 0.25 | 1.5 | – | 203.4 |',
    '| gateway | 41.2 | 0.25 | 1.5 | 38 | 203.4 |',
  ]);
});
