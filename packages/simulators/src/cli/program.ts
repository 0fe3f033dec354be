import { readFileSync } from 'node:fs';
import type { SimulatedToolUse } from '@speko/simulator-kit';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SIMULATED_VENDORS } from '../index.ts';
import { NETWORK_WORDS, parseNetworkScript } from './network-script.ts';
import { serveVendors, type Served } from './serve-vendors.ts';

/** Dependencies of a run of the command, replaceable in tests. */
export interface RunOptions {
  /** Without the names of Node and of the script. */
  readonly args: readonly string[];
  readonly print: (line: string) => void;
  readonly remark: (line: string) => void;
  /** Ends the serving. */
  readonly signal: AbortSignal;
}

interface Flags {
  readonly port: number;
  readonly host: string;
  readonly fault?: readonly string[];
  readonly network?: Served['faultsOf'];
  readonly callTools: SimulatedToolUse;
  readonly answer?: string;
  readonly listFaults?: boolean;
}

/** Runs one command line. @returns the exit code: 1 when it could not serve, 2 for wrong arguments */
export async function runProgram(run: RunOptions): Promise<number> {
  const program = createCommand(run);
  try {
    program.parse(run.args, { from: 'user' });
    const flags = program.opts<Flags>();
    const vendors = chooseVendors(program);
    if (flags.listFaults === true) return listFaults(vendors, run);
    const simulators = vendors.map((vendor) => ({ vendor, simulator: createSimulator(program, vendor, flags) }));
    return await serveVendors({ simulators, ...flags, ...run, faultsOf: flags.network ?? (() => ({})) });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function createCommand({ print, remark }: RunOptions): Command {
  const ids = SIMULATED_VENDORS.map(({ id }) => id).join(', ');
  return new Command('speko-simulators')
    .version(readVersion())
    .description('Serves simulated speech-to-speech vendors: no key, no model, the same answers every time.')
    .argument('[vendors...]', `which ones: ${ids}; by default all, each under a path of its own`)
    .option('--port <number>', 'where to listen; 0 takes a free one', readPort, 9001)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--fault <name>', 'fault of every session, may be repeated; see --list-faults', collect)
    .option('--network <script>', 'what the network does to each connection in turn; see below', readScript)
    .addOption(
      new Option('--call-tools <when>', 'when the model calls a tool that the session offers')
        .choices(['first-turn', 'every-turn', 'on-request'])
        .default('first-turn'),
    )
    .option('--answer <text>', 'what the model says to everything; by default what it heard')
    .option('--list-faults', 'print the faults of the vendors, and end')
    .addHelpText('after', helpOfNetwork())
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => remark(text.trimEnd()) })
    .exitOverride();
}

function helpOfNetwork(): string {
  const words = Object.entries(NETWORK_WORDS).map(([name, { help, range }]) => {
    return `  ${`${name}${range === undefined ? '' : ':<n>'}`.padEnd(20)}${help}`;
  });
  return `
A network script names a step for each connection, the last of which repeats:
${words.join('\n')}
  speko-simulators openai --network refuse:503,frame-delay:80+drop-after:20,ok

Clients choose faults as well: by a model that contains fault-<name>, or a key such as http-503.`;
}

function chooseVendors(program: Command) {
  if (program.args.length === 0) return SIMULATED_VENDORS;
  return [...new Set(program.args)].map((id) => {
    const vendor = SIMULATED_VENDORS.find((each) => each.id === id);
    if (vendor !== undefined) return vendor;
    return program.error(`error: no vendor "${id}"; known are ${SIMULATED_VENDORS.map((each) => each.id).join(', ')}`);
  });
}

function createSimulator(program: Command, vendor: Served['simulators'][number]['vendor'], flags: Flags) {
  const { answer, callTools, fault = [] } = flags;
  try {
    return vendor.create({
      callTools,
      faults: fault,
      ...(answer !== undefined && { reply: () => ({ text: answer }) }),
    });
  } catch (error) {
    return program.error(`error: ${vendor.id}: ${(error as Error).message}`);
  }
}

function listFaults(vendors: readonly Served['simulators'][number]['vendor'][], { print }: RunOptions): number {
  for (const { id, name, faults } of vendors) {
    print(`${name} (${id})`);
    const width = Math.max(...Object.keys(faults).map((fault) => fault.length)) + 2;
    for (const [fault, help] of Object.entries(faults)) print(`  ${fault.padEnd(width)}${help}`);
  }
  return 0;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}

function readScript(text: string): ReturnType<typeof parseNetworkScript> {
  try {
    return parseNetworkScript(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}
