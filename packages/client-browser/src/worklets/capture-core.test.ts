import { describe, expect, test } from 'vitest';
import { createCaptureCore, type CapturedFrame } from './capture-core.ts';

describe.each([16_000, 24_000])('to %i Hz', (sampleRate) => {
  test.each([44_100, 48_000, 96_000, 16_000, 24_000])('[MIC1] from %i Hz every frame is 20 ms', (contextRate) => {
    const { core, frames } = capture(contextRate, sampleRate);
    // A second, and the 1 ms by which the filter is late.
    const input = new Float32Array(contextRate * 1.002);
    for (let at = 0; at < input.length; at += 128) core.process(input.subarray(at, at + 128));
    expect(new Set(frames.map(({ pcm }) => pcm.byteLength))).toEqual(new Set([sampleRate / 25]));
    expect(frames).toHaveLength(50);
  });
});

test('[MIC1] blocks of any length do', () => {
  const { core, frames } = capture(16_000, 16_000);
  const input = Float32Array.from({ length: 640 }, (_, k) => (k + 1) / 1000);
  for (const [from, to] of [
    [0, 1],
    [1, 200],
    [200, 200],
    [200, 639],
    [639, 640],
  ])
    core.process(input.subarray(from, to));
  expect(frames).toHaveLength(2);
  expect(Array.from(samplesOf(frames[0]).subarray(0, 3))).toEqual([33, 66, 98]);
  expect(samplesOf(frames[1])[319]).toBe(20_971);
});

test('[MIC2] full scale is reached on both sides, and what exceeds it is clipped', () => {
  const { core, frames } = capture(16_000, 16_000);
  core.process(Float32Array.from({ length: 320 }, (_, k) => [1, -1, 1.5, -1.5, 0.5, -0.5][k] ?? 0));
  expect(Array.from(samplesOf(frames[0]).subarray(0, 6))).toEqual([32_767, -32_768, 32_767, -32_768, 16_384, -16_384]);
});

test('[MIC3] a muted frame is zeros, and its level is that of what was heard', () => {
  const { core, frames } = capture(16_000, 16_000);
  core.process(new Float32Array(320).fill(0.5));
  core.process(new Float32Array(100).fill(0.5));
  core.muted = true;
  core.process(new Float32Array(220).fill(-0.25));
  core.muted = false;
  core.process(new Float32Array(320).fill(0.25));
  expect(frames.map((frame) => [samplesOf(frame)[0], frame.peak])).toEqual([
    [16_384, 0.5],
    [0, 0.5],
    [8192, 0.25],
  ]);
  expect(frames[0]?.rms).toBe(0.5);
  expect(samplesOf(frames[1]).every((sample) => sample === 0)).toBe(true);
});

test('[MIC1] a buffer that comes back is used again, and none is used twice at a time', () => {
  const { core, frames } = capture(16_000, 16_000);
  for (let frame = 0; frame < 12; frame++) core.process(new Float32Array(320));
  expect(new Set(frames.map(({ pcm }) => pcm)).size).toBe(12);
  const before = new Set(frames.map(({ pcm }) => pcm));
  for (const pcm of before) core.recycle(pcm);
  core.recycle(new ArrayBuffer(2));
  for (let frame = 0; frame < 8; frame++) core.process(new Float32Array(320));
  const after = frames.slice(12).map(({ pcm }) => pcm);
  expect(new Set(after).size).toBe(8);
  expect(after.filter((pcm) => before.has(pcm))).toHaveLength(7);
  expect(after.every((pcm) => pcm.byteLength === 640)).toBe(true);
});

function capture(contextRate: number, sampleRate: number) {
  const frames: CapturedFrame[] = [];
  const core = createCaptureCore({ contextRate, sampleRate, emit: (frame) => frames.push(frame) });
  return { core, frames };
}

function samplesOf(frame: CapturedFrame | undefined): Int16Array {
  return new Int16Array(frame?.pcm ?? new ArrayBuffer(0));
}
