import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeWav } from './decode-wav.ts';
import { levelDbfs, levelPeak } from './level.ts';
import { pcmToSamples } from './pcm.ts';

test.each([
  {
    name: 'speech.wav',
    durationMs: 5849,
    peakDbfs: -3.0,
    intervals: [
      { startMs: 400, endMs: 2320, dbfs: -20.4 },
      { startMs: 3210, endMs: 4650, dbfs: -20.4 },
    ],
    pausesDbfs: [-68.2, -68.4, -68.2],
  },
  {
    name: 'barge-in.wav',
    durationMs: 1636,
    peakDbfs: -3.1,
    intervals: [{ startMs: 100, endMs: 1440, dbfs: -22.1 }],
    pausesDbfs: [-68.9, -68.8],
  },
])('[AU29] $name holds what assets/README.md says', ({ name, durationMs, peakDbfs, intervals, pausesDbfs }) => {
  const wav = decodeWav(readFileSync(new URL(`../../../assets/${name}`, import.meta.url)));
  const samples = pcmToSamples(wav.pcm);
  expect(wav).toMatchObject({ sampleRateHz: 24_000, channels: 1 });
  expect(Math.round(wav.durationMs)).toBe(durationMs);
  expect(20 * Math.log10(levelPeak(samples))).toBeCloseTo(peakDbfs, 1);

  const found = speechIntervals(samples);
  expect(found).toEqual(intervals.map(({ startMs, endMs }) => ({ startMs, endMs })));
  intervals.forEach(({ startMs, endMs, dbfs }) => expect(level(startMs, endMs)).toBeCloseTo(dbfs, 1));
  const pauseStarts = [0, ...found.map(({ endMs }) => endMs)];
  const pauseEnds = [...found.map(({ startMs }) => startMs), Math.floor(wav.durationMs / 10) * 10];
  pausesDbfs.forEach((dbfs, index) => {
    expect(level(pauseStarts[index] ?? 0, pauseEnds[index] ?? 0)).toBeCloseTo(dbfs, 1);
  });

  function level(startMs: number, endMs: number): number {
    return levelDbfs(samples.subarray(startMs * 24, endMs * 24));
  }
});

/** Runs of 10 ms frames above -50 dBFS, joined across gaps of up to 300 ms. */
function speechIntervals(samples: Int16Array): { startMs: number; endMs: number }[] {
  const intervals: { startMs: number; endMs: number }[] = [];
  for (let startMs = 0; (startMs + 10) * 24 <= samples.length; startMs += 10) {
    if (levelDbfs(samples.subarray(startMs * 24, (startMs + 10) * 24)) <= -50) continue;
    const last = intervals.at(-1);
    if (last !== undefined && startMs - last.endMs <= 300) last.endMs = startMs + 10;
    else intervals.push({ startMs, endMs: startMs + 10 });
  }
  return intervals;
}
