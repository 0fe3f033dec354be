import { expect, test } from 'vitest';
import { formatReport, formatVerdict } from './report.ts';

const held = {
  name: 'ping-flood',
  who: 'one token',
  verdict: 'HELD',
  reasons: [],
  sent: '2 MB of pings',
  observed: {
    pings: { count: 200, p50Ms: 0.54, p99Ms: 12.34, worstMs: 101.7, open: 0 },
    isPingCallOpen: true,
    growthBytes: 42_400_000,
    ownDelayMs: 3,
  },
  lost: [],
  seconds: 6.2,
} as const;
const fault = {
  name: 'cut-calls',
  who: 'a gateway',
  verdict: 'FAULT',
  reasons: ['48 sessions in 8 s'],
  sent: '48 calls',
  lost: [],
  seconds: 9,
} as const;

test('the table has one row per attack, then the reasons, then the sums', () => {
  expect(formatReport([held, fault])).toBe(
    [
      'attack      who can do it  sent           p50 ms  p99 ms  worst  grew MB  lost  verdict',
      'ping-flood  one token      2 MB of pings     0.5      12    102       42     0  HELD',
      'cut-calls   a gateway      48 calls            -       -      -        -     -  FAULT',
      '',
      'FAULT cut-calls',
      '  - 48 sessions in 8 s',
      '',
      'Attacks: 1 held, 1 fault, 0 skipped',
      '',
    ].join('\n'),
  );
});

test('what was sent is cut to the width of its column', () => {
  const long = { ...fault, sent: 'x'.repeat(60) };
  expect(formatReport([long])).toContain(`${'x'.repeat(43)}…`);
  expect(formatReport([long])).not.toContain('x'.repeat(44));
});

test('a verdict alone is one line', () => {
  expect(formatVerdict(held)).toBe('HELD ping-flood (6.2 s)');
  expect(formatVerdict(fault)).toBe('FAULT cut-calls (9 s): 48 sessions in 8 s');
});
