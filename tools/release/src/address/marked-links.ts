import { addressOfFile, type RepositoryAddress } from './repository-address.ts';

/** `<!-- repo: docs/page.md -->the page<!-- /repo -->`, with the text linked or not. */
const MARKED = /<!-- repo: (\S+) -->([\s\S]*?)<!-- \/repo -->/g;
const LINK = /^\[([\s\S]*)\]\([^()\s]*\)$/;

/**
 * Links each marked mention of a file of the repository that no tarball holds, or takes the link away while the repository has
 * no address. Doing it twice changes nothing.
 */
export function linkMarked(markdown: string, address: RepositoryAddress | undefined): string {
  return markdown.replace(MARKED, (_all, path: string, content: string) => {
    const text = LINK.exec(content)?.[1] ?? content;
    const linked = address === undefined ? text : `[${text}](${addressOfFile(address, path)})`;
    return `<!-- repo: ${path} -->${linked}<!-- /repo -->`;
  });
}

/** The files of the repository that a text mentions by the marked form. */
export function listMarkedPaths(markdown: string): string[] {
  return [...markdown.matchAll(MARKED)].map(([, path = '']) => path);
}
