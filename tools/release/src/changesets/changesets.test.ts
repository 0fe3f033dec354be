import { expect, test } from 'vitest';
import { readNames } from './changesets.ts';

test('the packages a changeset names are read however they are quoted', () => {
  expect(
    readNames(`---\n'@speko/audio': minor\n"@speko/react": patch\nplain: major\n---\n\nText: with a colon.\n`),
  ).toEqual(['@speko/audio', '@speko/react', 'plain']);
});

test('one that needs no release names none', () => {
  expect(readNames('---\n---\n')).toEqual([]);
  expect(readNames('---\n---\n\nWords: only.\n')).toEqual([]);
});
