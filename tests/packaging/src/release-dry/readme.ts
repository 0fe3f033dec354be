import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackedPackage } from '../harness/packed-packages.ts';

/** What the readme of a package says to begin with. */
export interface ReadmeStart {
  /** The packages that its first `npm install` names, each with `*`. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Its first program. */
  readonly code: string;
  readonly isTsx: boolean;
}

/** Reads the start of a packed readme; undefined for one without a program. */
export function readStart({ manifest, unpacked }: PackedPackage): ReadmeStart | undefined {
  return parseStart(readFileSync(join(unpacked, 'README.md'), 'utf8'), manifest.name);
}

/** @param name - The package, which is installed whatever its readme says. */
export function parseStart(text: string, name: string): ReadmeStart | undefined {
  const [, kind, code] = /^```(tsx?)\n([\s\S]*?)^```$/m.exec(text) ?? [];
  if (code === undefined) return undefined;
  const [, words = ''] = /^npm install (.*)$/m.exec(text) ?? [];
  const names = words.split(' ').filter((word) => word !== '' && !word.startsWith('-'));
  return {
    dependencies: Object.fromEntries([name, ...names].map((each) => [each, '*'])),
    code,
    isTsx: kind === 'tsx',
  };
}
