import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { passOverRepeats, STOP_SIGNALS } from './pass-over-repeats.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function countListeners(): number[] {
  return STOP_SIGNALS.map((name) => process.listenerCount(name));
}

test('[CMD7] signals are passed over until a second after the first', () => {
  const before = countListeners();
  const [stopping, over] = [new AbortController(), new AbortController()];
  passOverRepeats(stopping.signal, over.signal);
  const during = before.map((count) => count + 1);
  vi.advanceTimersByTime(60_000);
  expect(countListeners()).toEqual(during);
  stopping.abort();
  vi.advanceTimersByTime(999);
  expect(countListeners()).toEqual(during);
  vi.advanceTimersByTime(1);
  expect(countListeners()).toEqual(before);
});

test('[CMD7] nothing is left of it when the gateway has stopped', () => {
  const before = countListeners();
  const [stopping, over] = [new AbortController(), new AbortController()];
  passOverRepeats(stopping.signal, over.signal);
  stopping.abort();
  over.abort();
  expect(countListeners()).toEqual(before);
});
