import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('[CN9] silence is noticed once the time is up, and not before', () => {
  const onSilent = vi.fn<() => void>();
  new SilenceWatch({ timeoutMs: 65_000, onSilent }).start();
  vi.advanceTimersByTime(64_999);
  expect(onSilent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onSilent).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('[CN9] whatever is heard starts the time again, with one timer throughout', () => {
  const onSilent = vi.fn<() => void>();
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  const watch = new SilenceWatch({ timeoutMs: 65_000, onSilent });
  watch.start();
  for (let frame = 0; frame < 3_000; frame += 1) {
    vi.advanceTimersByTime(20);
    watch.sawTraffic();
  }
  vi.advanceTimersByTime(64_999);
  expect(onSilent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onSilent).toHaveBeenCalledTimes(1);
  expect(setTimer).toHaveBeenCalledTimes(2);
});

test('[CN9] a stopped watch has no timer, and neither has one that is off', () => {
  const onSilent = vi.fn<() => void>();
  const watch = new SilenceWatch({ timeoutMs: 65_000, onSilent });
  watch.start();
  watch.stop();
  new SilenceWatch({ timeoutMs: 0, onSilent }).start();
  expect(vi.getTimerCount()).toBe(0);
});

test('[CN9] a time beyond what a timer takes is kept all the same', () => {
  const onSilent = vi.fn<() => void>();
  const watch = new SilenceWatch({ timeoutMs: 3_000_000_000, onSilent });
  watch.start();
  vi.advanceTimersByTime(2_999_999_999);
  expect(onSilent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onSilent).toHaveBeenCalledTimes(1);
});
