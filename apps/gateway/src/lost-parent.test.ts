import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lostParent, type ProcessOfOurs } from './lost-parent.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A process whose parent ends after a second, and whether that was noticed within the minute. */
async function noticesTheEnd(ours: Partial<ProcessOfOurs>): Promise<boolean> {
  const abort = new AbortController();
  const process = { env: { npm_lifecycle_event: 'npx' }, platform: 'linux', ppid: 7, ...ours };
  let isLost = false;
  const lost = lostParent(abort.signal, process).then(() => (isLost = true));
  await vi.advanceTimersByTimeAsync(1000);
  expect(isLost).toBe(false);
  process.ppid = 1;
  await vi.advanceTimersByTimeAsync(500);
  const wasNoticed = isLost;
  abort.abort();
  await lost;
  expect(vi.getTimerCount()).toBe(0);
  return wasNoticed;
}

test.each(['npx', 'start'])('[CMD6] the end of the npm that ran %s is noticed', async (event) => {
  expect(await noticesTheEnd({ env: { npm_lifecycle_event: event } })).toBe(true);
});

test.each([
  ['a shell', { env: {} }],
  ['npm on Windows', { platform: 'win32' }],
])('[CMD6] the end of %s is nothing to stop for', async (_title, ours) => {
  expect(await noticesTheEnd(ours)).toBe(false);
});
