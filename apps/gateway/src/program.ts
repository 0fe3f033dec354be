import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { describeFailure } from './cli-error.ts';
import { doctor, type DoctorOptions } from './doctor.ts';
import { createKey, listKeys, revokeKey, type CreateKeyOptions } from './keys.ts';
import { readConfig, type Environment } from './read-config.ts';
import { serve } from './serve.ts';
import { formatTable, type Terminal } from './terminal.ts';
import { VARIABLE_HELP } from './variables.ts';

/** Dependencies of a run of the command. */
export interface RunOptions {
  /** Without the names of Node and of the script. */
  readonly args: readonly string[];
  readonly env: Environment;
  readonly terminal: Terminal;
}

/** Runs one command line. Never rejects. @returns the exit code: 2 for a mistake in the environment or the arguments */
export async function runProgram({ args, env, terminal }: RunOptions): Promise<number> {
  let exitCode = 0;
  const program = new Command('speko-gateway')
    .description('One API for speech-to-speech models, on your own machine.')
    .version(readVersion())
    .addHelpText('after', () => `\nEnvironment (default in brackets):\n${describeVariables()}`)
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.remark(text.trimEnd()),
    })
    .exitOverride()
    .showHelpAfterError('(--help shows what is possible)');

  program
    .command('serve', { isDefault: true })
    .description('serve until SIGTERM or Ctrl-C, then let calls finish')
    .action(async () => {
      exitCode = await serve(env, terminal);
    });

  const keys = program.command('keys').description('make, list and revoke API keys');
  keys
    .command('create')
    .description('make a key and print it, this once')
    .option('--name <name>', 'what it is for', 'unnamed')
    .option('--providers <ids...>', 'the only providers it may use', splitIds)
    .action(async (options: CreateKeyOptions) => {
      exitCode = await createKey(readConfig(env), terminal, options);
    });
  keys
    .command('list')
    .description('list all keys, without their text')
    .option('--json', 'print one JSON array', false)
    .action(async (options: { json: boolean }) => {
      exitCode = await listKeys(readConfig(env), terminal, options);
    });
  keys
    .command('revoke')
    .description('revoke a key')
    .argument('<id>', 'the id that "keys list" shows')
    .action(async (keyId: string) => {
      exitCode = await revokeKey(readConfig(env), terminal, keyId);
    });

  program
    .command('doctor')
    .description('say what is configured and what is missing, and whether each provider can be reached')
    .option('--json', 'print one JSON document', false)
    .option('--provider <id>', 'check only this provider')
    .option('--model <id>', 'ask for this model instead of an example; only with --provider')
    .action(async (options: DoctorOptions, command: Command) => {
      if (options.model !== undefined && options.provider === undefined)
        command.error('error: --model needs --provider');
      exitCode = await doctor(readConfig(env), terminal, options);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = describeFailure(error);
    terminal.remark(failure.message);
    return failure.exitCode;
  }
}

/** Ids come apart by commas too, as other lists of this command do. */
function splitIds(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, ...text.split(',').map((id) => id.trim())];
}

function describeVariables(): string {
  return formatTable(VARIABLE_HELP.map(({ name, help }) => [`  ${name}`, help]));
}

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return manifest.version;
}
