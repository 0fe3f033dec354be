import type { Direction, LogEntry } from './frame-log.ts';

export interface EntryFilter {
  readonly direction: Direction | 'both';
  /** Kinds that are left out. */
  readonly hiddenKinds: ReadonlySet<string>;
  /** Words that all have to occur in the kind or the JSON, in either case. */
  readonly search: string;
}

/** Rows that a filter lets through. */
export function filterEntries(entries: readonly LogEntry[], filter: EntryFilter): readonly LogEntry[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    if (filter.direction !== 'both' && entry.direction !== filter.direction) return false;
    if (filter.hiddenKinds.has(entry.kind)) return false;
    if (words.length === 0) return true;
    const text = `${entry.kind} ${entry.json}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Every kind that occurs, in alphabetical order. */
export function listKinds(entries: readonly LogEntry[]): readonly string[] {
  return [...new Set(entries.map((entry) => entry.kind))].toSorted();
}
