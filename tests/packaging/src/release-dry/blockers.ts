import { readRepositoryAddress } from '@speko/release';
import { root } from '../harness/packed-packages.ts';

/** What is not decided yet, and would keep npm from showing or proving where a package comes from. */
export function listBlockers(): string[] {
  if (readRepositoryAddress(root) !== undefined) return [];
  return [
    'the address of the repository is missing. Set "repository": { "url" } in the root package.json, then run: pnpm release:address',
  ];
}
