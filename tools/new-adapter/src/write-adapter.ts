import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spellId, type AdapterNames } from './adapter-names.ts';

const TEMPLATE = join(import.meta.dirname, '..', 'template');

/** The vendor's stand-in has a folder of its own in the package of all simulators. */
const SIMULATOR = 'simulator/';

/** Where files of the template go that do not belong into the package, and names that tools would take for their own. */
const PLACES: Readonly<Record<string, string>> = {
  '_docs.md': 'docs/adapters/acme.md',
  '_changeset.md': '.changeset/acme-first.md',
  '_package.json': 'packages/adapter-acme/package.json',
  '_tsconfig.json': 'packages/adapter-acme/tsconfig.json',
  '_tsconfig.build.json': 'packages/adapter-acme/tsconfig.build.json',
  '_tsdown.config.ts.txt': 'packages/adapter-acme/tsdown.config.ts',
};

/** What was written. Paths are relative to the repository. */
export interface WrittenAdapter {
  readonly names: AdapterNames;
  /** New files. */
  readonly files: readonly string[];
  /** Files that got one more line. */
  readonly changed: readonly string[];
}

/**
 * Writes the package of a new adapter, its simulator, its page, its changeset and its lines in gateway and simulators.
 *
 * @param root - The repository.
 * @param id - One that `findFaultOfId` finds nothing wrong with.
 * @param name - The vendor's name for people, one that `findFaultOfName` finds nothing wrong with; by default made from the id.
 * @throws Error, before anything is written, when one of the files is there already
 */
export function writeAdapter(root: string, id: string, name?: string): WrittenAdapter {
  const names = spellId(id, listRulePrefixes(root), name);
  const files = listTemplate().map((path) => ({
    to: rename(placeOf(path), names),
    text: rename(readFileSync(join(TEMPLATE, path), 'utf8'), names),
  }));
  const present = [`packages/adapter-${id}`, `packages/simulators/src/${id}`, ...files.map(({ to }) => to)].filter(
    (path) => existsSync(join(root, path)),
  );
  if (present.length > 0) throw new Error(`${present[0]} is there already. Delete it first, or choose another id.`);

  const edits = [
    registerProvider(root, names),
    declareDependency(root, names),
    registerVendor(root, names),
    declareSubpath(root, names),
  ];
  for (const { to, text } of [...files, ...edits]) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    writeFileSync(join(root, to), text);
  }
  return { names, files: files.map(({ to }) => to), changed: edits.map(({ to }) => to) };
}

interface Edit {
  readonly to: string;
  readonly text: string;
}

/** The line that makes it a provider of the gateway. */
function registerProvider(root: string, { id, pascal, constant }: AdapterNames): Edit {
  const to = 'apps/gateway/src/providers.ts';
  const text = readFileSync(join(root, to), 'utf8');
  return { to, text: `${text}export { create${pascal} as ${constant} } from '@speko/adapter-${id}';\n` };
}

/** The package manager's side of that line. */
function declareDependency(root: string, { id }: AdapterNames): Edit {
  const to = 'apps/gateway/package.json';
  const manifest = JSON.parse(readFileSync(join(root, to), 'utf8')) as { dependencies: Record<string, string> };
  const entries = Object.entries({ ...manifest.dependencies, [`@speko/adapter-${id}`]: 'workspace:^' });
  const dependencies = Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
  return { to, text: `${JSON.stringify({ ...manifest, dependencies }, undefined, 2)}\n` };
}

/** The line that lets the command line serve its simulator. */
function registerVendor(root: string, { id, constant }: AdapterNames): Edit {
  const to = 'packages/simulators/src/vendors.ts';
  const text = readFileSync(join(root, to), 'utf8');
  return { to, text: `${text}export { ${constant} } from './${id}/vendor.ts';\n` };
}

/** The subpath under which programs import it. */
function declareSubpath(root: string, { id }: AdapterNames): Edit {
  const to = 'packages/simulators/package.json';
  const manifest = JSON.parse(readFileSync(join(root, to), 'utf8')) as { exports: Record<string, unknown> };
  const { './package.json': itself, ...subpaths } = manifest.exports;
  const target = {
    types: `./dist/${id}/index.d.ts`,
    '@speko/source': `./src/${id}/index.ts`,
    default: `./dist/${id}/index.js`,
  };
  const entries = Object.entries({ ...subpaths, [`./${id}`]: target });
  const sorted = entries.toSorted(([left], [right]) => (left < right ? -1 : 1));
  const exports = { ...Object.fromEntries(sorted), './package.json': itself };
  return { to, text: `${JSON.stringify({ ...manifest, exports }, undefined, 2)}\n` };
}

function placeOf(path: string): string {
  if (path.startsWith(SIMULATOR)) return `packages/simulators/src/acme/${path.slice(SIMULATOR.length)}`;
  return PLACES[path] ?? `packages/adapter-acme/${path}`;
}

function listTemplate(): string[] {
  return readdirSync(TEMPLATE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(TEMPLATE.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted();
}

function listRulePrefixes(root: string): ReadonlySet<string> {
  const folders = ['packages', 'examples']
    .map((name) => join(root, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)));
  const texts = folders.flatMap((folder) =>
    ['SPEC.md', 'PROTOCOL.md'].flatMap((file) => {
      const path = join(folder, file);
      return existsSync(path) ? [readFileSync(path, 'utf8')] : [];
    }),
  );
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/\*\*([A-Z]{2,4})-?\d+\./g)].map((match) => match[1] ?? '')),
  );
}

/** Stands for the vendor's name while the others are put in. */
const DISPLAY = '\0';

/** The template is a working package called Acme; every spelling of that name becomes the adapter's own. */
function rename(text: string, names: AdapterNames): string {
  return (
    text
      .replace(/\bACME(?=\d)/g, names.rulePrefix)
      // A word of its own is the vendor's name; it is put in last, since it may hold any of the other spellings.
      .replace(/\bAcme\b/g, DISPLAY)
      .replaceAll('ACME', names.constant)
      .replaceAll('Acme', names.pascal)
      .replace(/\bacme(?=[A-Z])/g, names.camel)
      // A name in code, such as a constant: what follows tells it from an id, a path and a word.
      .replace(/\bacme(?=\.(?:parseOptions|plan|createCodec)\b|[,)] |\),| =|,\n)/g, names.camel)
      .replaceAll('acme', names.id)
      .replaceAll(DISPLAY, names.display)
  );
}
