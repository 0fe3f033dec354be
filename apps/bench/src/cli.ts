import { Command, InvalidArgumentError } from 'commander';
import { formatTable, summarize } from './report.ts';
import { runBench } from './run-bench.ts';

const command = new Command('bench')
  .description('Measures the gateway beside a direct connection and a bare ws pass-through, interleaved in one run.')
  .option('--sessions <n>', 'calls at the same time', positive, 50)
  .option('--seconds <n>', 'length of one measurement', positive, 4)
  .option('--rounds <n>', 'counted rounds', positive, 5)
  .option('--provider-ms <n>', 'round trip to the far provider, for time to ready', positive, 100)
  .option('--json', 'print one JSON document instead of the table')
  .parse();

const { sessions, seconds, rounds, providerMs, json } = command.opts<{
  sessions: number;
  seconds: number;
  rounds: number;
  providerMs: number;
  json?: boolean;
}>();
const results = await runBench({
  sessions,
  secondsPerRound: seconds,
  rounds,
  providerMs,
  progress: (line) => process.stderr.write(`${line}\n`),
});
const rows = summarize(results);
process.stdout.write(
  json === true
    ? `${JSON.stringify({ sessions, seconds, rounds, providerMs, rows }, null, 2)}\n`
    : `${formatTable(rows, providerMs)}\n`,
);

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number of 1 or more');
  return value;
}
