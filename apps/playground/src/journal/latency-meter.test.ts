import { expect, test } from 'vitest';
import { createLatencyMeter, median } from './latency-meter.ts';

test('an answer takes from the end of the user’s turn to the first sound', () => {
  const meter = createLatencyMeter();
  meter.userEnded(1000);
  meter.assistantHeard(1420, 'a1');
  expect(meter.list()).toEqual([{ turn: 'a1', fromMs: 1000, toMs: 1420 }]);
});

test('sound that goes on after a pause is no second answer', () => {
  const meter = createLatencyMeter();
  meter.userEnded(1000);
  meter.assistantHeard(1420, 'a1');
  meter.assistantHeard(2000, 'a1');
  expect(meter.list()).toHaveLength(1);
});

test('a first message, which nobody waited for, is not measured', () => {
  const meter = createLatencyMeter();
  meter.assistantHeard(300, 'a1');
  expect(meter.list()).toEqual([]);
});

test('a user who speaks on is waiting for nothing yet', () => {
  const meter = createLatencyMeter();
  meter.userEnded(1000);
  meter.userStarted();
  meter.assistantHeard(1420, 'a1');
  expect(meter.list()).toEqual([]);
});

test('the typical value is the middle one that was measured', () => {
  expect(median([])).toBeUndefined();
  expect(median([300])).toBe(300);
  expect(median([900, 100, 300])).toBe(300);
  expect(median([900, 100, 300, 400])).toBe(300);
});
