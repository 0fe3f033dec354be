import { expect, test } from 'vitest';
import type { Outcome } from './outcome.ts';
import { formatReport } from './report.ts';

const ok: Outcome = { state: 'ok', seconds: 1.2 };

test('the table has a line for each package, and the blockers are said although all is well', () => {
  const rows = [
    {
      name: '@speko/audio',
      outcomes: new Map<string, Outcome>([
        ['install', ok],
        ['readme', { state: 'none' } as const],
      ]),
    },
    {
      name: 'all together',
      outcomes: new Map<string, Outcome>([
        ['install', ok],
        ['next', ok],
      ]),
    },
  ];
  expect(formatReport({ rows, blockers: ['no address'] })).toBe(
    'package       install  readme  next\n' +
      '@speko/audio  ✓ 1.2 s  –       –\n' +
      'all together  ✓ 1.2 s  –       ✓ 1.2 s\n' +
      '\n' +
      '✓ 3 checks passed\n' +
      '! BLOCKS A REAL RELEASE: no address\n',
  );
});

test('what failed is below the table, with its reason', () => {
  const failed: Outcome = { state: 'failed', seconds: 2, reason: 'It broke.\n\nHere.' };
  const rows = [
    {
      name: '@speko/audio',
      outcomes: new Map<string, Outcome>([
        ['install', ok],
        ['vite', failed],
      ]),
    },
  ];
  expect(formatReport({ rows, blockers: [] })).toBe(
    'package       install  vite\n' +
      '@speko/audio  ✓ 1.2 s  ✗ 2.0 s\n' +
      '\n' +
      '✗ @speko/audio: vite\n  It broke.\n  Here.\n\n' +
      '✗ 1 of 2 checks failed\n',
  );
});
