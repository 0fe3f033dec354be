import { expect, test } from 'vitest';
import { levelDbfs, levelPeak, levelRms } from './level.ts';

const square = Int16Array.of(-32_768, -32_768, -32_768, -32_768);
const sine = Int16Array.from({ length: 800 }, (_, k) => Math.round(32_767 * Math.sin((2 * Math.PI * k) / 40)));

test('[AU8] a full-scale square wave is 1', () => {
  expect(levelRms(square)).toBe(1);
  expect(levelPeak(square)).toBe(1);
});

test('[AU8] a full-scale sine has a peak of 1 and an RMS of 0.707', () => {
  expect(levelRms(sine)).toBeCloseTo(0.7071, 4);
  expect(levelPeak(sine)).toBeCloseTo(1, 4);
});

test('[AU8] the peak counts both polarities', () => {
  expect(levelPeak(Int16Array.of(100, -16_384, 200))).toBe(0.5);
});

test('[AU8] silence and no samples at all are 0', () => {
  expect([levelRms(new Int16Array(8)), levelPeak(new Int16Array(8))]).toEqual([0, 0]);
  expect([levelRms(new Int16Array(0)), levelPeak(new Int16Array(0))]).toEqual([0, 0]);
});

test('[AU9] decibels follow the RMS', () => {
  expect(levelDbfs(square)).toBe(0);
  expect(levelDbfs(sine)).toBeCloseTo(-3.01, 2);
  expect(levelDbfs(Int16Array.of(328, -328))).toBeCloseTo(-39.99, 2);
});

test('[AU9] nothing is below -96', () => {
  expect(levelDbfs(new Int16Array(8))).toBe(-96);
  expect(levelDbfs(new Int16Array(0))).toBe(-96);
  const oneBit = new Int16Array(10_000);
  oneBit[0] = 1;
  expect(levelDbfs(oneBit)).toBe(-96);
});
