import { Command, InvalidArgumentError } from 'commander';
import { runAllAtOnce } from './all-at-once.ts';
import { ATTACKS } from './attacks/index.ts';
import { VendorProcess } from './harness/vendor.ts';
import { formatReport, formatVerdict } from './report.ts';
import { runAttack } from './run-attack.ts';
import type { Verdict } from './verdict.ts';

interface Options {
  readonly list?: boolean;
  readonly json?: boolean;
  readonly allAtOnce?: boolean;
  readonly minutes: number;
  readonly calls: number;
}

const command = new Command('attack')
  .usage('[options] [attacks...]')
  .description(
    'Attacks real gateway processes on this machine, and says of each attack whether other calls noticed it: HELD or FAULT. ' +
      'Exit code 1 if there was a fault.',
  )
  .argument(
    '[attacks...]',
    'names of attacks (all of them); the beginning of a name stands for every one that begins so',
  )
  .option('--list', 'print the attacks and what each does, and run none')
  .option('--json', 'print one JSON document instead of the table')
  .option('--all-at-once', 'run every attack that needs no set-up of its own at once, beside ordinary calls')
  .option('--minutes <n>', 'with --all-at-once: how long', positive, 10)
  .option('--calls <n>', 'with --all-at-once: how many ordinary calls', positive, 50)
  .parse();
const options = command.opts<Options>();
const chosen = choose(command.args);

// Whatever was started is ended by its own `exit` handlers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (options.list === true) print(ATTACKS.map(({ name, who, does }) => `${name}\n  ${who}: ${does}\n`).join(''));
else if (options.allAtOnce === true) {
  const result = await runAllAtOnce({
    attacks: chosen,
    minutes: options.minutes,
    callCount: options.calls,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  print(options.json === true ? `${JSON.stringify(result, null, 2)}\n` : result.text);
  process.exitCode = result.faults.length > 0 ? 1 : 0;
} else {
  const verdicts = await runEach();
  print(options.json === true ? `${JSON.stringify(verdicts, null, 2)}\n` : formatReport(verdicts));
  process.exitCode = verdicts.some(({ verdict }) => verdict === 'FAULT') ? 1 : 0;
}
process.stdout.write('', () => process.exit());

async function runEach(): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const [index, attack] of chosen.entries()) {
    process.stderr.write(`[${index + 1}/${chosen.length}] ${attack.name}: ${attack.does}\n`);
    // One of its own for each, so that no attack suffers from what an earlier one left to do.
    const vendor = await VendorProcess.start();
    const verdict = await runAttack(attack, vendor);
    vendor.stop();
    process.stderr.write(`  ${formatVerdict(verdict)}\n`);
    verdicts.push(verdict);
  }
  return verdicts;
}

function choose(names: readonly string[]): typeof ATTACKS {
  if (names.length === 0) return ATTACKS;
  return names.flatMap((name) => {
    const exact = ATTACKS.filter((attack) => attack.name === name);
    const found = exact.length > 0 ? exact : ATTACKS.filter((attack) => attack.name.startsWith(name));
    if (found.length === 0) command.error(`There is no attack "${name}". --list shows them all.`);
    return found;
  });
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('give a number above 0');
  return value;
}

function print(text: string): void {
  process.stdout.write(text);
}
