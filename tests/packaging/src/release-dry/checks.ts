import { importModule } from '../harness/empty-project.ts';
import { listImports, needsVitest } from '../harness/packed-packages.ts';
import { checkBundle } from './check-bundles.ts';
import { checkTypes } from './check-types.ts';
import type { Subject } from './subject.ts';

/** What is tried in every project, by the name that the table and `--checks` use. */
export const CHECKS: Readonly<Record<string, (subject: Subject) => Promise<boolean>>> = {
  import: importAll,
  nodenext: (subject) => checkTypes(subject, 'nodenext'),
  bundler: (subject) => checkTypes(subject, 'bundler'),
  vite: (subject) => checkBundle('vite', subject),
  esbuild: (subject) => checkBundle('esbuild', subject),
  webpack: (subject) => checkBundle('webpack', subject),
};
/** Tried once for all packages. */
export const NEXT = 'next';
/** Tried for each package, in a project of its own where the readme says to install more than the package. */
export const README = 'readme';

async function importAll({ project, packages }: Subject): Promise<boolean> {
  const entries = packages.flatMap(({ manifest }) =>
    listImports(manifest).map((specifier) => [specifier, needsVitest(manifest, specifier)] as const),
  );
  for (const [specifier, insideVitest] of entries) await importModule(project, specifier, insideVitest);
  return entries.length > 0;
}
