import { encodeWav } from '@speko/audio';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { pacedAudio } from './paced-audio.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Reads everything while the clock runs in steps of 1 ms: when each chunk came, and how long it was. */
async function listen(audio: AsyncIterable<Uint8Array>): Promise<string[]> {
  const startedAtMs = performance.now();
  const heard: string[] = [];
  let done = false;
  const reading = (async () => {
    for await (const chunk of audio) heard.push(`${performance.now() - startedAtMs} ms: ${chunk.byteLength} bytes`);
    done = true;
  })();
  while (!done) await vi.advanceTimersByTimeAsync(1);
  await reading;
  return heard;
}

test('[CN7] one chunk of 20 ms per 20 ms, the rest at the end', async () => {
  expect(await listen(pacedAudio(new Uint8Array(960 * 2 + 100)))).toEqual([
    '0 ms: 960 bytes',
    '20 ms: 960 bytes',
    '40 ms: 100 bytes',
  ]);
});

test('[CN7] rate and length of chunks can be chosen, and samples are as good as bytes', async () => {
  const samples = Int16Array.from({ length: 1600 }, (_, index) => index);
  expect(await listen(pacedAudio(samples, { sampleRate: 16_000, chunkMs: 50 }))).toEqual([
    '0 ms: 1600 bytes',
    '50 ms: 1600 bytes',
  ]);
});

test('[CN7] a WAV file is decoded, and resampled to the rate asked for', async () => {
  const pcm = new Int16Array(1600).fill(1000);
  const file = encodeWav({ pcm, sampleRateHz: 16_000 });
  expect(await listen(pacedAudio(file, { sampleRate: 16_000, chunkMs: 100 }))).toEqual(['0 ms: 3200 bytes']);
  expect(await listen(pacedAudio(file, { sampleRate: 24_000, chunkMs: 100 }))).toEqual(['0 ms: 4800 bytes']);
});

test('[CN7] a reader that fell behind gets what is due at once, and the pace stays', async () => {
  const startedAtMs = performance.now();
  const audio = pacedAudio(new Uint8Array(960 * 5));
  await audio.next();
  await vi.advanceTimersByTimeAsync(50);
  await audio.next();
  await audio.next();
  expect(performance.now() - startedAtMs).toBe(50);
  const fourth = audio.next();
  await vi.advanceTimersByTimeAsync(9);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect((await fourth).done).toBe(false);
});

test('[CN7] leaving the loop stops the clock', async () => {
  for await (const chunk of pacedAudio(new Uint8Array(9600))) {
    expect(chunk).toHaveLength(960);
    break;
  }
  expect(vi.getTimerCount()).toBe(0);
});

test('[CN7] silence of no length is nothing', async () => {
  expect(await listen(pacedAudio(new Uint8Array(0)))).toEqual([]);
});
