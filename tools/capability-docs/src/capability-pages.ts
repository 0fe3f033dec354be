import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capabilityTable, comparison } from './capability-tables.ts';
import { listProviders } from './provider-capabilities.ts';

/** A page of docs/adapters with the tables it ought to have. */
export interface CapabilityPage {
  /** Relative to the repository. */
  readonly path: string;
  readonly current: string;
  readonly wanted: string;
}

const BEGIN = '<!-- capabilities: written by pnpm docs:capabilities -->';
const END = '<!-- end of capabilities -->';

/**
 * Every page that has a generated part: one for each provider, and the comparison.
 *
 * @param root - The repository.
 * @throws Error for a page that is missing, or has no place for its table
 */
export function listCapabilityPages(root: string): readonly CapabilityPage[] {
  const providers = listProviders();
  const tables = [
    ...providers.map((provider) => ({ name: provider.id, table: capabilityTable(provider) })),
    { name: 'README', table: comparison(providers) },
  ];
  return tables.map(({ name, table }) => {
    const path = `docs/adapters/${name}.md`;
    const current = readFileSync(join(root, path), 'utf8');
    return { path, current, wanted: replaceTable(path, current, table) };
  });
}

function replaceTable(path: string, text: string, table: string): string {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from === -1 || to < from) {
    throw new Error(`${path} needs these two lines where its table of capabilities belongs:\n${BEGIN}\n${END}`);
  }
  return `${text.slice(0, from)}${BEGIN}\n\n${table}\n\n${text.slice(to)}`;
}
