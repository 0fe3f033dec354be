import type { Manifest, PublishedPackage } from '../published-packages.ts';
import type { Changeset } from './changesets.ts';
import { isManifestChanged, isShipped } from './shipped-files.ts';

/** What a change touched. */
export interface Change {
  /** Changed files, relative to the repository. */
  readonly paths: readonly string[];
  /** A package's `package.json` before the change; undefined when it was not there. @param folder - of the package */
  manifestBefore(folder: string): Manifest | undefined;
  readonly changesets: readonly Changeset[];
}

/** A package whose users get something else after a change that does not say so. */
export interface MissingChangeset {
  readonly name: string;
  /** The changed files that npm users would get, relative to the repository. */
  readonly paths: readonly string[];
}

/** The version of a package that was never released. */
const UNRELEASED = '0.0.0';

/**
 * The packages that a change has to come with a changeset for, and does not.
 *
 * A new changeset without packages says that no user will notice, and answers for all. A package that was never released needs
 * only the one that announces it: there is nothing to upgrade from.
 */
export function listMissingChangesets(packages: readonly PublishedPackage[], change: Change): MissingChangeset[] {
  const fresh = change.changesets.filter(({ isNew }) => isNew);
  if (fresh.some(({ names }) => names.length === 0)) return [];
  return packages.flatMap((each) => {
    const { name, version } = each.manifest;
    const paths = listNoticed(each, packages, change);
    const answering = version === UNRELEASED ? change.changesets : fresh;
    return paths.length === 0 || answering.some(({ names }) => names.includes(name)) ? [] : [{ name, paths }];
  });
}

function listNoticed(each: PublishedPackage, packages: readonly PublishedPackage[], change: Change): string[] {
  const own = [each, ...listBundled(each, packages)].flatMap(({ folder }) =>
    change.paths.filter((path) => path.startsWith(`${folder}/`) && isShipped(path.slice(folder.length + 1))),
  );
  const manifestPath = `${each.folder}/package.json`;
  const before = change.paths.includes(manifestPath) ? change.manifestBefore(each.folder) : each.manifest;
  const isNoticed = before === undefined || isManifestChanged(before, each.manifest);
  return isNoticed ? [manifestPath, ...own] : own;
}

/** A package that ships no sources is a bundle: the packages it is built from go out inside of it. */
function listBundled({ manifest }: PublishedPackage, packages: readonly PublishedPackage[]): PublishedPackage[] {
  if (manifest.files?.includes('src') ?? true) return [];
  return packages.filter(({ manifest: { name } }) => name in (manifest.devDependencies ?? {}));
}
