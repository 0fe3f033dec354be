// pnpm release:address: writes the repository's address into every package.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listAddressedFiles } from './address/addressed-files.ts';
import { readRepositoryAddress } from './address/repository-address.ts';
import { runCommand } from './run-command.ts';

const HELP = `Usage: pnpm release:address [--check] [--required]

Writes "homepage", "bugs" and "repository" of every published package, and the links of their Markdown files to files of the
repository, from "repository": { "url" } in the root package.json. Those links are written as

  <!-- repo: docs/page.md -->the page<!-- /repo -->

and are plain text while that url is empty. Running it twice changes nothing.

  --check      writes nothing; exit code 1 if something would be written
  --required   exit code 1 as well while the repository has no address, as a release does
  --root <dir> the repository (this one)
`;

runCommand(HELP, () => {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      required: { type: 'boolean', default: false },
      root: { type: 'string', default: join(import.meta.dirname, '..', '..', '..') },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { code: 0, text: HELP };
  const stale = listAddressedFiles(values.root).filter(({ current, wanted }) => current !== wanted);
  if (!values.check) for (const { path, wanted } of stale) writeFileSync(join(values.root, path), wanted);
  const lines = stale.map(({ path }) => `${values.check ? '✗ stale:' : 'wrote'} ${path}`);
  const isStale = values.check && stale.length > 0;
  if (isStale) lines.push('Run: pnpm release:address');
  const slug = readRepositoryAddress(values.root)?.slug;
  const isMissing = slug === undefined;
  lines.push(isMissing ? 'The repository has no address yet: "repository" in package.json.' : `Address: ${slug}`);
  return { code: isStale || (isMissing && values.required) ? 1 : 0, text: `${lines.join('\n')}\n` };
});
