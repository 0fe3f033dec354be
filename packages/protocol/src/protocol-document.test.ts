import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { END_REASONS } from './errors/end-reasons.ts';
import { HTTP_ERRORS } from './errors/http-errors.ts';
import { SESSION_ERRORS } from './errors/session-errors.ts';
import { LIMITS } from './limits.ts';

const text = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');
const ruleIds = [...text.matchAll(/^\*\*([A-Z]{2}\d+)\.\*\*/gm)].map(([, id = '']) => id);

test('rules are numbered from 1 without gaps in each group', () => {
  const groups = new Map<string, number[]>();
  for (const id of ruleIds) {
    const group = id.slice(0, 2);
    groups.set(group, [...(groups.get(group) ?? []), Number(id.slice(2))]);
  }
  expect([...groups.keys()]).toEqual([
    'RS',
    'ID',
    'SR',
    'HS',
    'CF',
    'SF',
    'TR',
    'BI',
    'TL',
    'US',
    'ER',
    'EN',
    'LM',
    'JS',
  ]);
  for (const numbers of groups.values()) expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test('every rule that text or source refers to exists', () => {
  const sources = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'));
  const mentioned = [text, ...sources].flatMap(
    (source) => source.match(/\b(?:RS|ID|SR|HS|CF|SF|TR|BI|TL|US|ER|EN|LM|JS)\d+\b/g) ?? [],
  );
  expect([...new Set(mentioned)].filter((id) => !ruleIds.includes(id))).toEqual([]);
});

test('[ER1] the table of HTTP errors is the one in force', () => {
  const rows = table('| Code | Status | Retry-After |').map(([code, status, retryAfter]) => [code, status, retryAfter]);
  expect(rows).toEqual(
    Object.entries(HTTP_ERRORS).map(([code, row]) => [code, String(row.status), row.retryAfter ? 'yes' : 'no']),
  );
});

test('[ER4] the table of session errors is the one in force', () => {
  const rows = table('| Code | Fatal |').map(([code, fatal]) => [code, fatal]);
  expect(rows).toEqual(Object.entries(SESSION_ERRORS).map(([code, row]) => [code, row.fatal]));
});

test('[EN1] the table of ends is the one in force', () => {
  const rows = table('| Reason | Close code |').map(([reason, closeCode]) => [reason, closeCode]);
  expect(rows).toEqual(Object.entries(END_REASONS).map(([reason, row]) => [reason, String(row.closeCode)]));
});

test('the table of limits is the one in force', () => {
  const rows = table('| Name | Value | Setting |').map(([name, value]) => [name, value]);
  expect(rows).toEqual(Object.entries(LIMITS).map(([name, value]) => [name, String(value)]));
});

test('the limits that are settings are those that the source calls settings', () => {
  const source = readFileSync(new URL('limits.ts', import.meta.url), 'utf8');
  const settings = [...source.matchAll(/A setting\. \*\/\n  (\w+):/g)].map(([, name]) => name);
  const rows = table('| Name | Value | Setting |').filter(([, , setting]) => setting === 'yes');
  expect(rows.map(([name]) => name)).toEqual(settings);
  expect(settings).toEqual([
    'messageBytes',
    'tokenTtlMs',
    'maxDurationSeconds',
    'idleTimeoutMs',
    'unclaimedProviderMs',
    'readyBufferMs',
    'pingIntervalMs',
    'playbackGraceMs',
    'audioSpeed',
    'audioBurstMs',
    'messagesPerSecond',
    'messageBurst',
    'framesPerSecond',
    'frameBurst',
    'frameBytesPerSecond',
    'frameBurstBytes',
  ]);
});

/** Cells of the table whose heading row begins with `heading`, without code marks. */
function table(heading: string): string[][] {
  const [, after = ''] = text.split(`\n${heading}`);
  const lines = after.split('\n').slice(2);
  return lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}
