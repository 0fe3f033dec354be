import { listImports, type PackedPackage } from '../harness/packed-packages.ts';

/** A project with packages of ours in it, and what is to be tried there. */
export interface Subject {
  /** Where the project is. */
  readonly project: string;
  /** The packages that are tried, which are not all that are installed. */
  readonly packages: readonly PackedPackage[];
}

/** Whether it runs in browsers: it would say which Node it needs otherwise. */
export function isForBrowsers({ manifest }: PackedPackage): boolean {
  return manifest.engines === undefined && listImports(manifest).length > 0;
}

/** A module that uses everything that some packages export, so that no bundler leaves anything out. */
export function importEverything(packages: readonly PackedPackage[]): string {
  const specifiers = packages.flatMap(({ manifest }) => listImports(manifest));
  const imports = specifiers.map((specifier, index) => `import * as m${index} from '${specifier}';`);
  const uses = specifiers.map((_specifier, index) => `m${index}`).join(', ');
  return `${imports.join('\n')}\nObject.assign(globalThis, { used: [${uses}] });\n`;
}
