// pnpm release:dry: everything a release does but publish.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { packAll } from '../harness/packed-packages.ts';
import { listBlockers } from './blockers.ts';
import { CHECKS, NEXT, README } from './checks.ts';
import { dryRun } from './dry-run.ts';
import { formatReport, listFailures, type Report } from './report.ts';

interface Options {
  readonly checks?: readonly string[];
  readonly together: boolean;
  readonly keep?: boolean;
  readonly strict?: boolean;
}

const ALL_CHECKS = [...Object.keys(CHECKS), NEXT, README];

const command = new Command('release:dry')
  .usage('[options] [packages...]')
  .description(
    'Packs every package, installs each alone and all together in empty projects, and tries them there: imports, types, ' +
      'bundlers, Next.js, and the first program of each readme. Publishes nothing and asks for no key. Exit code 1 if a check failed.',
  )
  .argument('[packages...]', 'names of packages (all of them)')
  .option('--checks <names...>', `which of ${ALL_CHECKS.join(', ')} (all of them)`)
  .option('--no-together', 'leave out the project that holds all packages')
  .option('--keep', 'keep the projects, and say where they are')
  .option('--strict', 'exit code 1 as well for what blocks a real release')
  .parse();
const options = command.opts<Options>();
const checks = options.checks ?? ALL_CHECKS;
const unknown = checks.find((name) => !ALL_CHECKS.includes(name));
if (unknown !== undefined) command.error(`There is no check "${unknown}". There are ${ALL_CHECKS.join(', ')}.`);

const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'speko-release-'));
if (options.keep !== true) process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const progress = (line: string): void => void process.stderr.write(`${line}\n`);
progress('pack');
const { packages: packed } = await packAll(scratch);
const stranger = command.args.find((name) => packed.every(({ manifest }) => manifest.name !== name));
if (stranger !== undefined) {
  command.error(
    `There is no package ${stranger}. There are ${packed.map(({ manifest }) => manifest.name).join(', ')}.`,
  );
}
const chosen = packed.filter(({ manifest }) => command.args.length === 0 || command.args.includes(manifest.name));
const rows = await dryRun({ scratch, packed, chosen, checks, together: options.together, progress });
const report: Report = { rows, blockers: listBlockers() };
process.stdout.write(formatReport(report));
if (options.keep === true) progress(`The projects are in ${scratch}`);
const isBlocked = options.strict === true && report.blockers.length > 0;
process.exitCode = listFailures(report).length > 0 || isBlocked ? 1 : 0;
process.stdout.write('', () => process.exit());
