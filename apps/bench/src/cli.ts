import { Command, InvalidArgumentError } from 'commander';
import { formatTable, summarize } from './report.ts';
import { runBench } from './run-bench.ts';

const LONG_MEMORY = { fewSessions: 400, manySessions: 1000, seconds: 5, samples: 2 };
/** Proves in seconds that everything runs; too little to measure anything. */
const SHORT = {
  sessions: 2,
  secondsPerRound: 0.2,
  rounds: 1,
  providerMs: 10,
  memory: { fewSessions: 2, manySessions: 4, seconds: 0.5, samples: 1 },
};

const command = new Command('bench')
  .description('Measures the gateway beside a direct connection and a bare ws pass-through, interleaved in one run.')
  .option('--sessions <n>', 'calls at the same time', positive, 50)
  .option('--seconds <n>', 'length of one measurement', positive, 4)
  .option('--rounds <n>', 'counted rounds', positive, 5)
  .option('--provider-ms <n>', 'round trip to the far provider, for time to ready', positive, 100)
  .option('--short', 'a few seconds in place of the four above, to see that the bench runs; its figures mean nothing')
  .option('--json', 'print one JSON document instead of the table')
  .parse();

const { short, json, ...chosen } = command.opts<{
  sessions: number;
  seconds: number;
  rounds: number;
  providerMs: number;
  short?: boolean;
  json?: boolean;
}>();
const { seconds: secondsPerRound, ...counts } = chosen;
const options = short === true ? SHORT : { ...counts, secondsPerRound, memory: LONG_MEMORY };
const rows = summarize(await runBench({ ...options, progress: (line) => process.stderr.write(`${line}\n`) }));
const { sessions, rounds, providerMs } = options;
process.stdout.write(
  json === true
    ? `${JSON.stringify({ sessions, seconds: options.secondsPerRound, rounds, providerMs, rows }, null, 2)}\n`
    : `${formatTable(rows, providerMs)}\n`,
);

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number of 1 or more');
  return value;
}
