// pnpm new:adapter <id>: writes the package of a new adapter and what goes with it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findFaultOfId, findFaultOfName } from './adapter-names.ts';
import { writeAdapter, type WrittenAdapter } from './write-adapter.ts';

const USAGE = `Usage: pnpm new:adapter <id> [--name <name>]

Writes packages/adapter-<id>, an adapter that compiles, and whose failing conformance tests say what to write next, and its
vendor's stand-in, packages/simulators/src/<id>. With them come a page in docs/adapters, a changeset, and a line in the gateway.
Nothing that is there is overwritten.

  <id>          what clients will name the provider: lower-case letters, digits and dashes, such as acme
  --name        what the vendor calls itself, such as "Acme Voice"; by default made from the id
  --no-install  leave out "pnpm install", which makes the new package known to the others
  --help        print this

The way from there to the merged change: docs/adapters/guide.md`;

const root = join(import.meta.dirname, '..', '..', '..');

function main(): number {
  let args: ReturnType<typeof readArguments>;
  try {
    args = readArguments();
  } catch (error) {
    return refuse((error as Error).message);
  }
  const { values, positionals } = args;
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0) return refuse('Name one adapter.');
  const fault = findFaultOfId(id) ?? (values.name === undefined ? undefined : findFaultOfName(values.name));
  if (fault !== undefined) return refuse(fault);

  let written: WrittenAdapter;
  try {
    written = writeAdapter(root, id, values.name);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
  console.log(`Wrote:\n${written.files.map((path) => `  ${path}`).join('\n')}`);
  console.log(`One line more:\n${written.changed.map((path) => `  ${path}`).join('\n')}`);
  const steps =
    values['no-install'] === true ? [] : [['install'], ['exec', 'oxfmt', ...written.files], ['docs:capabilities']];
  for (const step of steps) {
    console.log(`\n$ pnpm ${step.join(' ').slice(0, 80)}`);
    const { status } = spawnSync('pnpm', step, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    if (status !== 0) {
      console.error(`This failed. The files are written; run it again by hand: pnpm ${step.join(' ')}`);
      return 1;
    }
  }
  console.log(nextSteps(id, values['no-install'] === true));
  return 0;
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, 'no-install': { type: 'boolean' }, name: { type: 'string' } },
  });
}

function refuse(message: string): number {
  console.error(`${message}\n\n${USAGE}`);
  return 2;
}

function nextSteps(id: string, mustInstall: boolean): string {
  return `
Next:
${mustInstall ? '  pnpm install\n' : ''}  pnpm vitest run packages/adapter-${id}

The first test that fails is the next thing to do, and its message names the file. docs/adapters/guide.md goes through
the steps in the same order; comments in the new files carry their numbers.`;
}

process.exitCode = main();
