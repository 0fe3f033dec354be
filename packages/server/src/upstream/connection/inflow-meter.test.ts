import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fake-clock.ts';
import { InflowMeter } from './inflow-meter.ts';

function startMeter() {
  const clock = new FakeClock();
  const pauses: string[] = [];
  const meter = new InflowMeter(clock, (isTooFast) => pauses.push(`${isTooFast ? 'pause' : 'read'} ${clock.nowMs()}`));
  const take = (count: number, bytes: number): void => {
    for (let index = 0; index < count; index++) meter.took(bytes, clock.nowMs());
  };
  return { clock, meter, pauses, take };
}

test('[EN12] an honest burst is read without a pause: three minutes of audio and 20,000 events at once', () => {
  const { pauses, take } = startMeter();
  take(1, 11_520_000);
  take(19_999, 200);
  expect(pauses).toEqual([]);
});

test('[EN12] what comes faster than the rate waits until nothing is owed', () => {
  const { clock, pauses, take } = startMeter();
  take(20_000 + 400, 10);
  clock.advance(1000);
  expect(pauses).toEqual(['pause 0', 'read 20']);
  take(1, 10);
  clock.advance(1000);
  expect(pauses).toEqual(['pause 0', 'read 20']);
});

test('[EN12] a vendor that owes minutes is read once a second all the same', () => {
  const { clock, meter, pauses, take } = startMeter();
  take(1, 1_000_000_000);
  clock.advance(1000);
  take(1, 10);
  clock.advance(1000);
  expect(pauses).toEqual(['pause 0', 'read 1000', 'pause 1000', 'read 2000']);
  take(1, 10);
  meter.stop();
  expect(clock.pending).toBe(0);
});
