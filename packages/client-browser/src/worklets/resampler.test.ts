import { describe, expect, test } from 'vitest';
import { createResampler } from './resampler.ts';

describe('48 kHz to 16 kHz, level of a tone after conversion', () => {
  test.each([
    [1000, 0],
    [6000, -0.3],
    [7000, -2.1],
    [7500, -8.4],
  ])('[MIC2] %i Hz, inside the band, keeps its level but for %f dB', (frequencyHz, expectedDb) => {
    expect(toneLevelDb(48_000, 16_000, frequencyHz)).toBeCloseTo(expectedDb, 0);
  });

  test.each([9000, 10_000, 12_000, 15_000, 20_000])(
    '[MIC2] nothing of %i Hz folds back into the band',
    (frequencyHz) => {
      expect(toneLevelDb(48_000, 16_000, frequencyHz)).toBeLessThan(-80);
    },
  );
});

test.each([
  [44_100, 16_000],
  [44_100, 24_000],
  [48_000, 24_000],
  [96_000, 16_000],
  [192_000, 16_000],
  [22_050, 16_000],
  [16_000, 24_000],
  [8000, 24_000],
  [24_000, 48_000],
  [24_000, 44_100],
  [44_101, 16_000],
])('[MIC2] from %i Hz to %i Hz a tone arrives as that tone', (fromHz, toHz) => {
  const output = convert(tone(1000, fromHz, fromHz / 4), fromHz, toHz);
  const skip = Math.ceil(toHz / 100);
  const difference = tone(1000, toHz, output.length)
    .map((sample, index) => sample - (output[index] as number))
    .subarray(skip, output.length - skip);
  // -54 dB: 1000 Hz lies in the flat part of every pair, and a sample late or early would show.
  expect(Math.max(...difference.map(Math.abs))).toBeLessThan(0.002);
});

test('[MIC2] how the input is cut leaves no trace', () => {
  const input = tone(700, 44_100, 5000);
  const whole = convert(input, 44_100, 16_000);
  const resampler = createResampler(44_100, 16_000);
  const output = new Float32Array(whole.length);
  let filled = 0;
  for (let at = 0, size = 1; at < input.length; at += size, size = (size * 7) % 331) {
    filled += resampler.process(input.subarray(at, at + size), output.subarray(filled));
  }
  expect(filled).toBe(whole.length);
  expect(output).toEqual(whole);
});

test('[MIC2] the output is never more than 1.1 ms short of the input', () => {
  expect(convert(new Float32Array(48_000), 48_000, 16_000)).toHaveLength(16_000 - 16);
  expect(convert(new Float32Array(48_000), 48_000, 24_000)).toHaveLength(24_000 - 16);
});

test('[SPK1] asked how much it needs, it fills a block exactly', () => {
  const resampler = createResampler(24_000, 44_100);
  const output = new Float32Array(128);
  for (let block = 0; block < 50; block++) {
    const needed = resampler.needed(128);
    expect(resampler.process(new Float32Array(needed), output)).toBe(128);
  }
});

test('[MIC2] between equal rates samples stay what they are', () => {
  const input = tone(440, 16_000, 300);
  expect(convert(input, 16_000, 16_000)).toEqual(input);
});

test('[MIC2] a constant keeps its value', () => {
  const output = convert(new Float32Array(4410).fill(0.5), 44_100, 16_000).subarray(100);
  expect(Math.max(...output.map((sample) => Math.abs(sample - 0.5)))).toBeLessThan(1e-6);
});

function convert(input: Float32Array, fromHz: number, toHz: number): Float32Array {
  const output = new Float32Array(Math.ceil((input.length * toHz) / fromHz) + 1);
  return output.subarray(0, createResampler(fromHz, toHz).process(input, output));
}

function tone(frequencyHz: number, rateHz: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, k) => Math.sin((2 * Math.PI * frequencyHz * k) / rateHz));
}

function toneLevelDb(fromHz: number, toHz: number, frequencyHz: number): number {
  const output = convert(tone(frequencyHz, fromHz, fromHz / 2), fromHz, toHz).subarray(200);
  const squares = output.reduce((sum, sample) => sum + sample * sample, 0);
  return 10 * Math.log10((2 * squares) / output.length + 1e-20);
}
