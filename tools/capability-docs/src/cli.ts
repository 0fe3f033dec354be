// pnpm docs:capabilities: writes the tables that tests/repo/capability-docs.test.ts compares.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listCapabilityPages } from './capability-pages.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const stale = listCapabilityPages(root).filter(({ current, wanted }) => current !== wanted);
for (const { path, wanted } of stale) {
  writeFileSync(join(root, path), wanted);
  console.log(`wrote ${path}`);
}
if (stale.length === 0) console.log('The tables of docs/adapters are as the adapters say.');
