import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the repository can be read by everybody. */
export interface RepositoryAddress {
  /** `owner/name` on GitHub. */
  readonly slug: string;
}

/**
 * Reads the one place where the repository's address is written: `repository.url` in the root `package.json`.
 *
 * @param root - The repository.
 * @returns undefined while it is not decided, which an empty string says.
 * @throws Error for anything but a repository on GitHub, the only place whose addresses of files are known here
 */
export function readRepositoryAddress(root: string): RepositoryAddress | undefined {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const url: unknown = repository?.url ?? '';
  if (url === '') return undefined;
  if (typeof url !== 'string') throw new Error('repository.url in package.json has to be a string.');
  const [, slug] = /^(?:git\+)?https:\/\/github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url) ?? [];
  if (slug !== undefined) return { slug };
  throw new Error(`repository.url in package.json has to be like https://github.com/owner/name, and is: ${url}`);
}

/** The fields of a package's `package.json` that follow from the address. */
export function addressFields(address: RepositoryAddress | undefined, folder: string): Record<string, unknown> {
  if (address === undefined) return { repository: { type: 'git', directory: folder } };
  const page = `https://github.com/${address.slug}`;
  return {
    homepage: `${page}/tree/main/${folder}#readme`,
    bugs: { url: `${page}/issues` },
    repository: { type: 'git', url: `git+${page}.git`, directory: folder },
  };
}

/** The address of one file or folder, both of which GitHub finds below `blob`. */
export function addressOfFile({ slug }: RepositoryAddress, path: string): string {
  return `https://github.com/${slug}/blob/main/${path}`;
}
