import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listPublishedPackages } from '../published-packages.ts';
import { linkMarked } from './marked-links.ts';
import { addressFields, readRepositoryAddress, type RepositoryAddress } from './repository-address.ts';

/** A file that the repository's address is written into. */
export interface AddressedFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly current: string;
  readonly wanted: string;
}

interface Place {
  /** Where the manifest and the Markdown files are. */
  readonly from: string;
  readonly manifest: string;
  /** The package's folder, which for a template is elsewhere. */
  readonly folder: string;
}

/** What `pnpm new:adapter` writes packages from. */
const TEMPLATE: Place = {
  from: 'tools/new-adapter/template',
  manifest: '_package.json',
  folder: 'packages/adapter-acme',
};

/** Fields in the order in which `package.json` has them. */
const FIRST_FIELDS = [
  'name',
  'version',
  'private',
  'description',
  'keywords',
  'homepage',
  'bugs',
  'license',
  'repository',
];

/**
 * Every file that names the repository's address, as it is and as it should be.
 *
 * @param root - The repository.
 * @throws Error when the address in the root `package.json` cannot be used
 */
export function listAddressedFiles(root: string): AddressedFile[] {
  const address = readRepositoryAddress(root);
  const places = listPublishedPackages(root).map(({ folder }) => ({ from: folder, manifest: 'package.json', folder }));
  if (existsSync(join(root, TEMPLATE.from, TEMPLATE.manifest))) places.push(TEMPLATE);
  return places.flatMap((place) => listFilesOf(root, place, address));
}

function listFilesOf(root: string, { from, manifest, folder }: Place, address: RepositoryAddress | undefined) {
  const pages = readdirSync(join(root, from)).filter((name) => name.endsWith('.md') && !name.startsWith('_'));
  const read = (name: string): string => readFileSync(join(root, from, name), 'utf8');
  return [
    { path: `${from}/${manifest}`, current: read(manifest), wanted: addressManifest(read(manifest), folder, address) },
    ...pages.map((name) => ({ path: `${from}/${name}`, current: read(name), wanted: linkMarked(read(name), address) })),
  ];
}

/** Leaves a manifest that says it already as it is formatted. */
function addressManifest(text: string, folder: string, address: RepositoryAddress | undefined): string {
  const { homepage: _homepage, bugs: _bugs, repository: _repository, ...others } = JSON.parse(text);
  const fields: Record<string, unknown> = { ...others, ...addressFields(address, folder) };
  const first = FIRST_FIELDS.filter((name) => name in fields);
  const order = [...first, ...Object.keys(fields).filter((name) => !FIRST_FIELDS.includes(name))];
  const wanted = Object.fromEntries(order.map((name) => [name, fields[name]]));
  return JSON.stringify(JSON.parse(text)) === JSON.stringify(wanted)
    ? text
    : `${JSON.stringify(wanted, undefined, 2)}\n`;
}
