import { expect, test } from 'vitest';
import { FakeClock } from '../test/fake-clock.ts';
import { anchoredTime } from './anchored-time.ts';

test('[SR10] instants count on from one reading of the wall clock, in whole milliseconds, whatever it says later', () => {
  const clock = new FakeClock();
  const instant = anchoredTime(clock);
  clock.epochMs = () => 5;
  clock.advance(1500.4);
  expect(instant()).toBe(1_800_000_001_500);
  expect(anchoredTime(clock, 1000)()).toBe(1000);
});
