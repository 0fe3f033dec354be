import { Command, CommanderError, Option } from 'commander';
import { printReport } from './print-report.ts';
import { DEMO_PROVIDERS, type DemoProvider } from './providers.ts';
import { isReal, runDemo } from './run-demo.ts';
import { createTimeline } from './timeline.ts';

/** Dependencies of a run of the command, replaceable in tests. */
export interface RunOptions {
  /** Without the names of Node and of the script. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  readonly remark: (line: string) => void;
  /** Whether `print` may colour. */
  readonly colors: boolean;
  readonly signal?: AbortSignal;
  /** @defaultValue all of them */
  readonly providers?: readonly DemoProvider[];
  /** Longest wait for each thing a call needs. */
  readonly stepTimeoutMs?: number;
}

interface Arguments {
  readonly provider?: string;
  readonly model?: string;
  readonly json: boolean;
  readonly out: string;
}

/** Runs one command line. @returns the exit code: 1 when a call fell short, 2 for wrong arguments */
export async function runProgram(run: RunOptions): Promise<number> {
  const providers = run.providers ?? DEMO_PROVIDERS;
  const program = new Command('demo')
    .description('Holds a real-time call with each provider, through a gateway of its own.')
    .addOption(new Option('--provider <id>', 'call only this one').choices(providers.map(({ id }) => id)))
    .option('--model <id>', 'ask for this model; only with --provider')
    .option('--json', 'print one JSON document and nothing else', false)
    .option('--out <folder>', 'where replies are written as WAV files', 'demo-output')
    .configureOutput({ writeOut: (text) => run.print(text.trimEnd()), writeErr: (text) => run.remark(text.trimEnd()) })
    .exitOverride()
    .action(({ model, provider }: Arguments) => {
      if (model !== undefined && provider === undefined) program.error('error: --model needs --provider');
    });
  try {
    program.parse(run.args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return demo(run, program.opts<Arguments>(), providers);
}

async function demo(
  run: RunOptions,
  { provider, model, json, out }: Arguments,
  known: readonly DemoProvider[],
): Promise<number> {
  const { print, colors, env, signal, stepTimeoutMs } = run;
  const chosen = known
    .filter(({ id }) => provider === undefined || id === provider)
    .map((each) => (model === undefined ? each : { ...each, model }));
  const timeline = createTimeline({ print, colors });
  const report = await runDemo({
    providers: chosen,
    env,
    outFolder: out,
    ...(signal && { signal }),
    ...(stepTimeoutMs !== undefined && { stepTimeoutMs }),
    ...(!json && {
      onCall: (call) => print(`\n${call.provider.id} · model ${call.provider.model} · ${call.endpoint}`),
      onEntry: timeline,
    }),
  });
  if (json) {
    print(JSON.stringify(report, undefined, 2));
  } else {
    print('');
    printReport(report, { print, colors });
    const simulated = chosen.flatMap((each) => (each.vendor === undefined || isReal(each, env) ? [] : [each.vendor]));
    if (report.ok && simulated.length > 0) {
      print('');
      for (const { name, keyVariable } of simulated) {
        print(`To call ${name} for real: export ${keyVariable}=… and run it again.`);
      }
    }
  }
  return report.ok ? 0 : 1;
}
