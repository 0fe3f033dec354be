import { expect, test } from 'vitest';
import type { Observation } from './processes/observer.ts';
import { findFaults } from './verdict.ts';

const calm: Observation = {
  pings: { count: 100, p50Ms: 25, p99Ms: 100, worstMs: 500, open: 0 },
  isPingCallOpen: true,
  growthBytes: 300_000_000,
  ownDelayMs: 12,
};
const quiet = { observed: calm, lost: [], unmet: [], ended: undefined };

test('at its bounds an attack has been held', () => {
  expect(findFaults(quiet)).toEqual([]);
  expect(findFaults({ ...quiet, observed: undefined })).toEqual([]);
});

test('each bound has its own words', () => {
  const pings = { ...calm.pings, p50Ms: 25.1, worstMs: 501 };
  expect(findFaults({ ...quiet, observed: { ...calm, pings, growthBytes: 300_500_001 } })).toEqual([
    'another call waited 501 ms',
    "half of another call's pings took over 25.1 ms",
    'the process grew by 301 MB',
  ]);
});

test('a measuring process that stood still itself says so beside the wait', () => {
  const pings = { ...calm.pings, worstMs: 900 };
  expect(findFaults({ ...quiet, observed: { ...calm, pings, ownDelayMs: 800 } })).toEqual([
    'another call waited 900 ms (of which the measuring stood still 800 ms)',
  ]);
});

test('a process that ended, a loss and an unmet expectation are faults', () => {
  expect(
    findFaults({ observed: undefined, lost: ['a final', 'another'], unmet: ['no 503'], ended: 'SIGABRT' }),
  ).toEqual(["the gateway's process ended (SIGABRT)", 'lost: a final and 1 more', 'no 503']);
});
