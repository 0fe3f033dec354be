import type { Manifest } from '../published-packages.ts';

/**
 * What neither goes into the tarball nor into what is built for it. Markdown is among it although it ships: words about a
 * package are no reason to release it, and go out with its next version.
 */
const NOT_SHIPPED = [
  /\.test(-d)?\.tsx?$/,
  /(^|\/)__fixtures__\//,
  /\.md$/,
  /(^|\/)tsconfig[^/]*\.json$/,
  /(^|\/)typedoc\.json$/,
  /^scripts\//,
];
/** Fields of `package.json` that no user of the package can notice, and the version, which is the release itself. */
const UNNOTICED_FIELDS = ['version', 'devDependencies', 'scripts'];

/** Whether a change of this file changes what npm users get. @param path - Relative to the package's folder. */
export function isShipped(path: string): boolean {
  return path !== 'package.json' && !NOT_SHIPPED.some((pattern) => pattern.test(path));
}

/** Whether two versions of a `package.json` are different for those who install the package. */
export function isManifestChanged(before: Manifest, after: Manifest): boolean {
  return noticed(before) !== noticed(after);
}

function noticed(manifest: Manifest): string {
  return JSON.stringify(
    Object.entries(manifest)
      .filter(([field]) => !UNNOTICED_FIELDS.includes(field))
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
}
