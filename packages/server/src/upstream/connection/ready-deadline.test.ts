import { expect, test, vi } from 'vitest';
import { FakeClock } from '../../../test/fake-clock.ts';
import { ReadyDeadline } from './ready-deadline.ts';

test('[EN11] time in which a vendor is not read is not its own', () => {
  const clock = new FakeClock();
  const missed = vi.fn<() => void>();
  const deadline = new ReadyDeadline(clock, missed);
  deadline.start(10_000);
  clock.advance(4000);
  deadline.suspend(true);
  deadline.suspend(true);
  clock.advance(600_000);
  deadline.suspend(false);
  deadline.suspend(false);
  clock.advance(5999);
  expect(missed).not.toHaveBeenCalled();
  clock.advance(1);
  expect(missed).toHaveBeenCalledTimes(1);
});

test('a deadline that was kept is not taken up again', () => {
  const clock = new FakeClock();
  const deadline = new ReadyDeadline(clock, () => {
    throw new Error('missed');
  });
  deadline.suspend(true);
  deadline.suspend(false);
  deadline.start(1000);
  deadline.cancel();
  deadline.suspend(true);
  deadline.suspend(false);
  clock.advance(10_000);
  expect(clock.pending).toBe(0);
});
