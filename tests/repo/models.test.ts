// Whoever copies an example gets a model that still answers.
import { readModels } from '@speko/capability-docs/models';
import { describe, expect, test } from 'vitest';
import { findModels, findStaleModels } from './models.ts';
import { listRepositoryFiles, readRepositoryFile, repositoryRoot } from './workspace.ts';

/** Where every model is listed, the old ones too. */
const LISTS = /^docs\/(models\.json|adapters\/models\.md)$/;
/** Adapters know old models so that their calls work; what they offer by themselves is in these two kinds of files. */
const ADAPTERS = /^packages\/adapter-\w+\/src\/(?!create-\w+\.ts$|\w+-options\.ts$)/;
/** Tests call simulated vendors, which keep every model for ever. */
const TESTS = /^tests\/|\.test\.ts$|\/__fixtures__\//;

const { asOf, models } = readModels(repositoryRoot);
const named = listRepositoryFiles()
  .filter((path) => /\.(md|json|ts|tsx|mjs|html|py)$/.test(path))
  .filter((path) => ![LISTS, ADAPTERS, TESTS].some((pattern) => pattern.test(path)))
  .flatMap((path) => findModels(path, readRepositoryFile(path)));

test('no example names a model that is about to end, or that nobody has heard of', () => {
  expect(named.length).toBeGreaterThan(20);
  expect(findStaleModels(named, models, Date.now())).toEqual([]);
});

test('the list holds days that exist, and each model once', () => {
  const days = models.flatMap(({ endsOn }) => endsOn ?? []);
  for (const day of [asOf, ...days]) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
  expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
});

describe('the check', () => {
  const list = [
    { provider: 'acme', id: 'gpt-realtime', endsOn: '2027-01-20' },
    { provider: 'acme', id: 'gpt-realtime-2.1', endsOn: null },
  ];
  const examples = findModels('page.md', 'Ask for `gpt-realtime-2.1`,\nor for "gpt-realtime". No sgpt-realtime.');

  test('finds each id with its line', () => {
    expect(examples).toEqual([
      { place: 'page.md:1', id: 'gpt-realtime-2.1' },
      { place: 'page.md:2', id: 'gpt-realtime' },
    ]);
  });

  test.each([
    ['2026-12-01T00:00:00Z', 0],
    ['2026-12-20T23:59:59Z', 0],
    ['2026-12-21T00:00:00Z', 1],
    ['2027-01-20T00:00:00Z', 1],
    ['2030-01-01T00:00:00Z', 1],
  ])('on %s it finds %i', (now, count) => {
    const message = 'page.md:2 names gpt-realtime, which its vendor shuts down on 2027-01-20. Name another.';
    expect(findStaleModels(examples, list, Date.parse(now))).toEqual(count === 1 ? [message] : []);
  });

  test('finds a model that is not listed', () => {
    expect(findStaleModels(findModels('a.py', 'grok-voice-9.0.'), list, 0)).toEqual([
      'a.py:1 names grok-voice-9.0, which is not in docs/models.json. Correct it or add it.',
    ]);
  });
});
