/** One file of `.changeset`. */
export interface Changeset {
  /** Packages it names; none when it says that a change needs no release. */
  readonly names: readonly string[];
  /** Whether it came with the change that is looked at. */
  readonly isNew: boolean;
}

/** Reads the packages that a changeset names. */
export function readNames(text: string): string[] {
  const [, head = ''] = /^---\n([\s\S]*?)^---/m.exec(text) ?? [];
  return [...head.matchAll(/^\s*['"]?(@?[\w./-]+)['"]?\s*:/gm)].map(([, name = '']) => name);
}
