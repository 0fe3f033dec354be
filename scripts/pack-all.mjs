// Packs every package that will be published, for use outside this repository while none of them is. What to put into
// the other project's package.json goes to standard output, alone; a word to people goes to standard error.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const USAGE = 'Usage: pnpm pack:all [--out <folder>] [package …]';
const WITHOUT_NAMES = ['@speko/client-node'];

const packages = listPublished();
const { folder, wanted } = readArguments();
mkdirSync(folder, { recursive: true });

const filters = packages.map(({ name }) => `--filter=${name}`);
const { stdout } = await promisify(execFile)(
  'pnpm',
  ['--recursive', ...filters, 'pack', '--json', '--pack-destination', folder],
  // It lists every file.
  { cwd: root, shell: process.platform === 'win32', maxBuffer: 64 * 1024 * 1024 },
);
const tarballs = new Map(JSON.parse(stdout).map(({ name, filename }) => [name, resolve(folder, filename)]));

const specs = Object.fromEntries(packages.map(({ name }) => [name, `file:${tarballs.get(name)}`]));
// Siblings ask for each other by version, and the registry has none of them: an override says where each one is. One that
// the project asks for itself has to say the same in both places.
const manifest = {
  private: true,
  type: 'module',
  dependencies: Object.fromEntries(wanted.map((name) => [name, specs[name]])),
  overrides: specs,
};
console.error(
  `${packages.length} packages are in ${folder}. Put "dependencies" and "overrides" into the package.json of your project,\n` +
    'or save it as one, then run npm install. pnpm reads the overrides below "pnpm", yarn calls them "resolutions".',
);
console.log(JSON.stringify(manifest, undefined, 2));

function listPublished() {
  return ['packages', 'apps']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
    .filter((at) => existsSync(join(at, 'package.json')))
    .map((at) => ({ folder: at, ...JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) }))
    .filter((manifest) => !manifest.private);
}

function readArguments() {
  let given;
  try {
    given = parseArgs({ allowPositionals: true, options: { out: { type: 'string', default: 'tarballs' } } });
  } catch (error) {
    fail(error.message);
  }
  const { values, positionals } = given;
  const unknown = positionals.find((name) => !packages.some((each) => each.name === name));
  if (unknown !== undefined)
    fail(`There is no package ${unknown}. There are ${packages.map(({ name }) => name).join(', ')}.`);
  const notBuilt = packages.find((each) => !existsSync(join(each.folder, 'dist')));
  if (notBuilt !== undefined) fail(`${relative(root, notBuilt.folder)} is not built. Run: pnpm build`);
  return { folder: resolve(root, values.out), wanted: positionals.length > 0 ? positionals : WITHOUT_NAMES };
}

function fail(message) {
  console.error(`✗ ${message}\n${USAGE}`);
  process.exit(2);
}
