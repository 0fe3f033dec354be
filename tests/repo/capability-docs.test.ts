import { listCapabilityPages } from '@speko/capability-docs';
import { expect, test } from 'vitest';
import { repositoryRoot } from './workspace.ts';

test('the capability tables of docs/adapters say what the adapters say', () => {
  const stale = listCapabilityPages(repositoryRoot).filter(({ current, wanted }) => current !== wanted);
  expect(
    stale.map(({ path }) => path),
    'These pages are stale. Run: pnpm docs:capabilities',
  ).toEqual([]);
});
