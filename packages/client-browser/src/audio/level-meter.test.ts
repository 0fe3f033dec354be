import { expect, test } from 'vitest';
import { createLevelMeter } from './level-meter.ts';

test.each([
  [1, 1],
  [0.1, 0.666_667],
  [0.01, 0.333_333],
  [0.001, 0],
  [0.0001, 0],
  [0, 0],
])('[LVL1] an RMS of %f settles at %f', (rms, level) => {
  let nowMs = 0;
  const meter = createLevelMeter(() => nowMs);
  meter.push(rms);
  nowMs = 10_000;
  expect(meter.read()).toBeCloseTo(level, 6);
});

test('[LVL1] it has risen by 63 % after 10 ms and fallen by 63 % after 200 ms', () => {
  let nowMs = 0;
  const meter = createLevelMeter(() => nowMs);
  meter.push(1);
  nowMs = 10;
  expect(meter.read()).toBeCloseTo(0.632, 3);
  nowMs = 1000;
  expect(meter.read()).toBeCloseTo(1, 6);
  meter.push(0);
  nowMs = 1200;
  expect(meter.read()).toBeCloseTo(0.368, 3);
});

test('[LVL1] how often it is read makes no difference', () => {
  let nowMs = 0;
  const [often, once] = [createLevelMeter(() => nowMs), createLevelMeter(() => nowMs)];
  often.push(0.5);
  once.push(0.5);
  while (nowMs++ < 15) often.read();
  expect(often.read()).toBeCloseTo(once.read(), 9);
});
