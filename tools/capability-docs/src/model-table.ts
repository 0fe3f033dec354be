import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from './markdown-table.ts';

/** A model of a vendor. */
export interface VendorModel {
  /** Id of the provider. */
  readonly provider: string;
  /** As sessions name it. */
  readonly id: string;
  /** The day on which its vendor shuts it down, such as `2027-01-20`; `null` where none is announced. */
  readonly endsOn: string | null;
  /** What else there is to say, as Markdown. */
  readonly note?: string;
}

/** The models known to the documentation: `docs/models.json`. */
export function readModels(root: string): { readonly asOf: string; readonly models: readonly VendorModel[] } {
  return JSON.parse(readFileSync(join(root, 'docs/models.json'), 'utf8'));
}

/** All of them, with the day of their end. */
export function modelTable(root: string, providers: readonly { id: string; displayName: string }[]): string {
  const { asOf, models } = readModels(root);
  const rows = models.map(({ provider, id, endsOn, note }) => [
    `[${providers.find((each) => each.id === provider)?.displayName ?? provider}](${provider}.md)`,
    `\`${id}\``,
    endsOn ?? 'no day announced',
    note ?? '',
  ]);
  return markdownTable([['Provider', 'Model', `Shut down (as of ${asOf})`, ''], ...rows]);
}
