import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;

/**
 * Links of a package's Markdown files to files that its tarball does not hold, each as `README.md: ../docs/page.md`.
 *
 * @param unpacked - The tarball's contents.
 */
export function listDeadLinks(unpacked: string): string[] {
  const pages = readdirSync(unpacked).filter((name) => name.endsWith('.md'));
  return pages.flatMap((page) => {
    const text = withoutCode(readFileSync(join(unpacked, page), 'utf8'));
    const targets = [...text.matchAll(LINK)].map(([, target = '']) => target);
    const relative = targets.filter((target) => !/^(https?:|#)/.test(target));
    return relative.filter((target) => !isInside(unpacked, target)).map((target) => `${page}: ${target}`);
  });
}

function isInside(unpacked: string, target: string): boolean {
  const path = posix.normalize(decodeURI(target.replace(/#.*$/, '')));
  return !path.startsWith('..') && !path.startsWith('/') && existsSync(join(unpacked, path));
}

/** Brackets in code are no links. */
function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/(`+)(?:(?!\1)[^\n])*\1(?!\])/g, '');
}
