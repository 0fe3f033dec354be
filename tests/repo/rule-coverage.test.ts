// Rules live in PROTOCOL.md and in SPEC.md files as `**HS1.** …`; tests cite them as `[HS1] …`. Neither stands alone.
import { expect, test } from 'vitest';
import { listRepositoryFiles, listTestTitles, parseSource, readRepositoryFile } from './workspace.ts';

const RULE_ID = String.raw`[A-Z]{2,4}-?\d+`;
const RULE_LINE = new RegExp(
  String.raw`^(?:[-*|]\s+|\d+\.\s+|#{1,6}\s+)?\*\*(${RULE_ID})[.:]?\*\*|^#{1,6}\s+(${RULE_ID})\b`,
);
const CITATION = new RegExp(String.raw`\[(${RULE_ID}(?:,\s*${RULE_ID})*)\]`, 'g');

interface Place {
  id: string;
  path: string;
}

const files = listRepositoryFiles();
const defined = files
  .filter((path) => /^(packages|apps|examples)\/[^/]+\/(PROTOCOL|SPEC)\.md$/.test(path))
  .flatMap(readRules);
// What `pnpm new:adapter` copies has its rules and tests among the packages once it is copied.
const cited = files
  .filter((path) => path.endsWith('.ts') && !/^(tests\/repo|tools\/new-adapter)\//.test(path))
  .flatMap(readCitations);

test('every rule is defined once', () => {
  const ids = defined.map((rule) => rule.id);
  expect(defined.filter((rule, index) => ids.indexOf(rule.id) !== index).map(placeOf)).toEqual([]);
});

test('every rule has a test that cites it', () => {
  const tested = new Set(cited.map((citation) => citation.id));
  expect(defined.filter((rule) => !tested.has(rule.id)).map(placeOf)).toEqual([]);
});

test('every rule that a test cites exists', () => {
  const known = new Set(defined.map((rule) => rule.id));
  expect(cited.filter((citation) => !known.has(citation.id)).map(placeOf)).toEqual([]);
});

function placeOf({ id, path }: Place): string {
  return `${path} ${id}`;
}

function readRules(path: string): Place[] {
  return readRepositoryFile(path)
    .split('\n')
    .flatMap((line) => {
      const match = RULE_LINE.exec(line);
      const id = match?.[1] ?? match?.[2];
      return id === undefined ? [] : [{ id, path }];
    });
}

function readCitations(path: string): Place[] {
  return listTestTitles(parseSource(path).tree).flatMap((title) =>
    [...title.matchAll(CITATION)].flatMap((match) => (match[1] ?? '').split(/,\s*/).map((id) => ({ id, path }))),
  );
}
