import { Command } from 'commander';
import { runSuite } from './run-suite.ts';
import { SUITES } from './suites/index.ts';

const command = new Command('test:clients')
  .description('Tries programs of others against what is simulated or served here. Exit code 1 if a check failed.')
  .option('--only <name>', 'run this suite; may be given several times', collect)
  .addHelpText('after', () => `\nSuites:\n${SUITES.map(({ name, does }) => `  ${name.padEnd(14)}${does}\n`).join('')}`)
  .parse();
const chosen = choose(command.opts<{ only?: string[] }>().only ?? []);

// Whatever was started is ended by its own `exit` handlers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
let held = 0;
let failed = 0;
for (const suite of chosen) {
  const result = await runSuite(suite, print);
  held += result.held;
  failed += result.failed;
}
print(`Clients: ${held} checks held, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
process.stdout.write('', () => process.exit());

function choose(names: readonly string[]): typeof SUITES {
  const unknown = names.find((name) => SUITES.every((suite) => suite.name !== name));
  if (unknown !== undefined) {
    command.error(`There is no suite "${unknown}". There are: ${SUITES.map(({ name }) => name).join(', ')}.`);
  }
  return names.length === 0 ? SUITES : SUITES.filter(({ name }) => names.includes(name));
}

function collect(name: string, earlier: readonly string[] = []): string[] {
  return [...earlier, name];
}
