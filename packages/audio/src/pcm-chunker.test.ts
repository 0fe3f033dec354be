import { expect, test } from 'vitest';
import { concat, firstDifference, seededRandom } from './__fixtures__/signals.ts';
import { PcmChunker } from './pcm-chunker.ts';

test('[AU5] a chunk is 20 ms unless told otherwise', () => {
  expect(new PcmChunker({ sampleRateHz: 24_000 }).chunkBytes).toBe(960);
  expect(new PcmChunker({ sampleRateHz: 16_000, chunkMs: 10 }).chunkBytes).toBe(320);
});

test('[AU5] pieces are joined and cut', () => {
  const chunker = new PcmChunker({ sampleRateHz: 1000, chunkMs: 2 });
  expect(chunker.push(Uint8Array.of(1, 2, 3))).toEqual([]);
  expect(chunker.pendingBytes).toBe(3);
  expect(chunker.push(Uint8Array.of(4, 5, 6, 7, 8, 9))).toEqual([Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8)]);
  expect(chunker.pendingBytes).toBe(1);
});

test('[AU5] random pieces come out in chunks of one size, nothing lost', () => {
  const random = seededRandom(5);
  const stream = Uint8Array.from({ length: 20_000 }, () => Math.floor(random() * 256));
  const chunker = new PcmChunker({ sampleRateHz: 8000, chunkMs: 20 });
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < stream.length;) {
    const size = Math.floor(random() * 900);
    chunks.push(...chunker.push(stream.subarray(at, at + size)));
    at += size;
  }
  expect(new Set(chunks.map((chunk) => chunk.length))).toEqual(new Set([320]));
  expect(firstDifference(concat([...chunks, chunker.flush()]), stream)).toBe(-1);
});

test('[AU6] a flush yields the remainder, then nothing', () => {
  const chunker = new PcmChunker({ sampleRateHz: 1000, chunkMs: 2 });
  chunker.push(Uint8Array.of(1, 2));
  expect([...chunker.flush()]).toEqual([1, 2]);
  expect([...chunker.flush()]).toEqual([]);
  expect(chunker.pendingBytes).toBe(0);
});

test('[AU6] a flush drops half a sample', () => {
  const chunker = new PcmChunker({ sampleRateHz: 1000, chunkMs: 2 });
  chunker.push(Uint8Array.of(1, 2, 3));
  expect([...chunker.flush()]).toEqual([1, 2]);
});

test('[AU6] a chunk handed out is not written to again', () => {
  const chunker = new PcmChunker({ sampleRateHz: 1000, chunkMs: 2 });
  chunker.push(Uint8Array.of(1));
  const [first] = chunker.push(Uint8Array.of(2, 3, 4));
  chunker.push(Uint8Array.of(9, 9, 9));
  expect(first).toEqual(Uint8Array.of(1, 2, 3, 4));
});

test.each([{ chunkMs: 0 }, { chunkMs: -20 }, { chunkMs: Number.NaN }, { chunkMs: Infinity }, { chunkMs: 0.01 }])(
  '[AU7] a chunk of $chunkMs ms is refused',
  ({ chunkMs }) => {
    expect(() => new PcmChunker({ sampleRateHz: 8000, chunkMs })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    );
  },
);
