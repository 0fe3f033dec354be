import { expect, test } from 'vitest';
import { SmallChunks } from './small-chunks.ts';

function startChunks() {
  const delivered: number[][] = [];
  const lengths: number[] = [];
  const chunks = new SmallChunks((pcm) => {
    delivered.push([...pcm]);
    lengths.push(pcm.byteLength);
  });
  return { chunks, delivered, lengths };
}

test('[CF1] small pieces that come in one go are delivered as one, in the same turn of the event loop', async () => {
  const { chunks, delivered } = startChunks();
  for (let piece = 0; piece < 3; piece++) chunks.add(Buffer.of(2 * piece, 2 * piece + 1));
  expect(delivered).toEqual([]);
  await Promise.resolve();
  expect(delivered).toEqual([[0, 1, 2, 3, 4, 5]]);
  chunks.add(Buffer.of(6, 7));
  await Promise.resolve();
  expect(delivered).toEqual([
    [0, 1, 2, 3, 4, 5],
    [6, 7],
  ]);
});

test('[CF1] pieces of 10 ms and more are delivered as they are, after what came before them', () => {
  const { chunks, lengths } = startChunks();
  chunks.add(Buffer.alloc(2));
  chunks.add(Buffer.alloc(480));
  chunks.add(Buffer.alloc(960));
  expect(lengths).toEqual([2, 480, 960]);
});

test('[CF1] a merged piece has 100 ms at most', async () => {
  const { chunks, lengths } = startChunks();
  for (let piece = 0; piece < 5000; piece++) chunks.add(Buffer.alloc(2));
  await Promise.resolve();
  expect(lengths).toEqual([4800, 4800, 400]);
});

test('[CF1] what is cleared is not delivered', async () => {
  const { chunks, lengths } = startChunks();
  chunks.add(Buffer.alloc(2));
  chunks.clear();
  await Promise.resolve();
  expect(lengths).toEqual([]);
});
