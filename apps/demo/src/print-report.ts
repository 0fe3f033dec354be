import { relative } from 'node:path';
import { createColors } from 'picocolors';
import type { CallReport, DemoReport } from './run-demo.ts';

/** The table at the end of the demo, and below it what fell short. */
export function printReport(
  { calls }: DemoReport,
  { print, colors }: { print: (line: string) => void; colors: boolean },
): void {
  const paint = createColors(colors);
  const [heading, ...rows] = alignColumns([HEADING, ...calls.map(toRow)]);
  print(paint.bold(heading ?? ''));
  rows.forEach((row) => print(row));
  for (const { provider, wavFile } of calls) {
    if (wavFile !== null) print(`\nWhat ${provider} said: ${relative(process.cwd(), wavFile)}`);
  }
  for (const call of calls) for (const line of describeShortfalls(call)) print(paint.red(line));
}

const HEADING = [
  'provider',
  'model',
  'endpoint',
  'first audio',
  'audio sent',
  'audio received',
  'audio tokens in',
  'out',
  'result',
];

function toRow(call: CallReport): string[] {
  const [firstAudioMs] = call.firstAudioMs;
  return [
    call.provider,
    call.model,
    call.endpoint,
    firstAudioMs === undefined ? 'none' : `${firstAudioMs} ms`,
    `${call.sentAudioSeconds.toFixed(1)} s`,
    `${call.receivedAudioSeconds.toFixed(1)} s`,
    String(call.usage.inputAudioTokens),
    String(call.usage.outputAudioTokens),
    call.ok ? 'ok' : 'fell short',
  ];
}

function describeShortfalls({ provider, expectations }: CallReport): string[] {
  return expectations
    .filter(({ met }) => !met)
    .map(({ name, detail }) => `✗ ${provider} fell short at "${name}": ${detail}`);
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADING.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
