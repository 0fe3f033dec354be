import { expect, test } from 'vitest';
import { filterEntries, listKinds, type EntryFilter } from './filter-entries.ts';
import { createFrameLog } from './frame-log.ts';

const log = createFrameLog();
log.addFrame(0, 'received', 'ready', { provider: 'echo' });
log.addFrame(1, 'sent', 'text', { text: 'What is the Time?' });
log.addAudio(2, 'sent', 960, 24_000);
const all: EntryFilter = { direction: 'both', hiddenKinds: new Set(), search: '' };

const kindsWith = (filter: Partial<EntryFilter>) =>
  filterEntries(log.entries(), { ...all, ...filter }).map(({ kind }) => kind);

test('without a filter everything is shown', () => {
  expect(kindsWith({})).toEqual(['ready', 'text', 'audio']);
});

test('one direction can be shown alone', () => {
  expect(kindsWith({ direction: 'sent' })).toEqual(['text', 'audio']);
});

test('kinds can be left out', () => {
  expect(kindsWith({ hiddenKinds: new Set(['audio', 'ready']) })).toEqual(['text']);
});

test('every word of a search has to occur, in the kind or the JSON, in either case', () => {
  expect(kindsWith({ search: 'time TEXT' })).toEqual(['text']);
  expect(kindsWith({ search: 'time echo' })).toEqual([]);
});

test('the kinds to choose from are those that occurred', () => {
  expect(listKinds(log.entries())).toEqual(['audio', 'ready', 'text']);
});
