import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capabilityTable, comparison } from './capability-tables.ts';
import { modelTable } from './model-table.ts';
import { listProviders } from './provider-capabilities.ts';

/** A page of docs/adapters with the table it ought to have. */
export interface CapabilityPage {
  /** Relative to the repository. */
  readonly path: string;
  readonly current: string;
  readonly wanted: string;
}

/**
 * Every page that has a generated part: one for each provider, the comparison, and the models.
 *
 * @param root - The repository.
 * @throws Error for a page that is missing, or has no place for its table
 */
export function listCapabilityPages(root: string): readonly CapabilityPage[] {
  const providers = listProviders();
  const tables = [
    ...providers.map((provider) => ({ name: provider.id, what: 'capabilities', table: capabilityTable(provider) })),
    { name: 'README', what: 'capabilities', table: comparison(providers) },
    { name: 'models', what: 'models', table: modelTable(root, providers) },
  ];
  return tables.map(({ name, what, table }) => {
    const path = `docs/adapters/${name}.md`;
    const current = readFileSync(join(root, path), 'utf8');
    return { path, current, wanted: replaceTable(path, current, { what, table }) };
  });
}

function replaceTable(path: string, text: string, { what, table }: { what: string; table: string }): string {
  const begin = `<!-- ${what}: written by pnpm docs:capabilities -->`;
  const end = `<!-- end of ${what} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) {
    throw new Error(`${path} needs these two lines where its table of ${what} belongs:\n${begin}\n${end}`);
  }
  return `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`;
}
