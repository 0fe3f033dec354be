import { encodeWav, levelDbfs } from '@speko/audio';
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

test.each([8000, 11_025, 22_050, 44_100, 48_000, 96_000])(
  '[CN7] a second of a WAV file of %i Hz is a second of audio, at the level it had',
  async (sampleRateHz) => {
    const tone = Int16Array.from({ length: sampleRateHz }, (_, index) =>
      Math.round(16_384 * Math.sin((2 * Math.PI * 440 * index) / sampleRateHz)),
    );
    const heard: Int16Array[] = [];
    for await (const { buffer } of pacedAudio(encodeWav({ pcm: tone, sampleRateHz }), { chunkMs: 1000 })) {
      heard.push(new Int16Array(buffer as ArrayBuffer));
    }
    expect(heard.map(({ length }) => length)).toEqual([24_000]);
    expect(levelDbfs(heard[0]?.subarray(1200, 22_800) ?? new Int16Array(0))).toBeCloseTo(-9.03, 1);
  },
);

test('[CN7] audio of any kind is as good as bytes, and chunks have buffers of their own', async () => {
  const bytes = Uint8Array.from({ length: 1921 }, (_, index) => index).subarray(1);
  const chunks: Uint8Array[] = [];
  const playing = (async () => {
    for await (const chunk of pacedAudio(new DataView(bytes.buffer, 1))) chunks.push(chunk);
  })();
  await vi.runAllTimersAsync();
  await playing;
  expect(chunks.map(({ byteOffset, buffer }) => [byteOffset, buffer.byteLength])).toEqual([
    [0, 960],
    [0, 960],
  ]);
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
});

test.each([
  ['a path', 'question.wav', 'Audio cannot be text.'],
  ['floats', new Float32Array(8), 'Scale samples'],
])('[CN12] %s is refused', async (_, source, message) => {
  await expect(pacedAudio(source as never).next()).rejects.toThrow(message);
});

test('[CN14] unknown options are refused', async () => {
  const options = { sampleRateHz: 16_000 } as never;
  await expect(pacedAudio(new Uint8Array(2), options).next()).rejects.toThrow('Use sampleRate.');
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
