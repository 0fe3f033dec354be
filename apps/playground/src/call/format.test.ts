import { expect, test } from 'vitest';
import { formatBytes, formatClock, formatCount, formatDuration, formatMoment } from './format.ts';

test('numbers are written for people', () => {
  expect([formatDuration(419.6), formatDuration(1340)]).toEqual(['420 ms', '1.3 s']);
  expect([formatClock(0), formatClock(65_900), formatClock(600_000)]).toEqual(['0:00', '1:05', '10:00']);
  expect([formatCount(0), formatCount(999), formatCount(1_249)]).toEqual(['0', '999', '1.2K']);
  expect(formatMoment(5120.4)).toBe('5.120 s');
  expect([formatBytes(812), formatBytes(5040), formatBytes(1_240_000)]).toEqual(['812 B', '5.0 kB', '1.2 MB']);
});
