// pnpm changeset:check: asks for a changeset where npm users get something else.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listMissingChangesets } from './changesets/missing-changesets.ts';
import { readChange } from './changesets/read-change.ts';
import { listPublishedPackages } from './published-packages.ts';
import { runCommand } from './run-command.ts';

const HELP = `Usage: pnpm changeset:check [--since <branch or commit>]

Names each package of which npm users get something else since then, without a changeset that says so. Tests, fixtures,
Markdown, compiler settings and scripts of a package ask for none, and neither do "devDependencies" and "scripts" of its
package.json. Exit code 1 if a changeset is missing.

  --since <ref> what the change is compared with (origin/main)
  --root <dir>  the repository (this one)
`;

runCommand(HELP, () => {
  const { values } = parseArgs({
    options: {
      since: { type: 'string', default: 'origin/main' },
      root: { type: 'string', default: join(import.meta.dirname, '..', '..', '..') },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { code: 0, text: HELP };
  const missing = listMissingChangesets(listPublishedPackages(values.root), readChange(values.root, values.since));
  if (missing.length === 0) return { code: 0, text: '✓ Every change that npm users get has its changeset.\n' };
  const places = missing.map(({ name, paths }) => `✗ ${name} has no changeset for ${describe(paths)}`);
  const advice = [
    'Run: pnpm changeset, and write for the person who upgrades what is different and what to do about it.',
    'If nobody can notice it: pnpm changeset --empty',
  ];
  return { code: 1, text: `${[...places, ...advice].join('\n')}\n` };
});

function describe([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more ${others.length === 1 ? 'file' : 'files'}`;
}
