import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeClock } from '../test/fake-clock.ts';
import { systemClock } from './clock.ts';

const timerLimitMs = 2 ** 31 - 1;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('[EN10] a delay beyond the limit of the platform is waited for to its end', () => {
  const fired = vi.fn<() => void>();
  systemClock.setTimer(fired, 2 * timerLimitMs + 1000);
  vi.advanceTimersByTime(2 * timerLimitMs + 999);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('[EN10] a long delay can be cancelled after its first part', () => {
  const fired = vi.fn<() => void>();
  const timer = systemClock.setTimer(fired, 2 * timerLimitMs);
  vi.advanceTimersByTime(timerLimitMs + 1000);
  timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
});

test('[EN10] one that never ends never fires', () => {
  const fired = vi.fn<() => void>();
  const timer = systemClock.setTimer(fired, Infinity);
  vi.advanceTimersByTime(10 * timerLimitMs);
  expect(fired).not.toHaveBeenCalled();
  timer.cancel();
});

test.each([Number.NaN, -5, -Infinity, 0])('[EN10] a delay of %d is none, on the clock of tests too', (delayMs) => {
  const fired = vi.fn<() => void>();
  systemClock.setTimer(fired, delayMs);
  vi.advanceTimersByTime(1);
  const fakeClock = new FakeClock();
  fakeClock.setTimer(fired, delayMs);
  fakeClock.advance(0);
  expect(fired).toHaveBeenCalledTimes(2);
});
