import { expect, test } from 'vitest';
import { concat, firstDifference, seededRandom } from './__fixtures__/signals.ts';
import { PcmAligner } from './pcm-aligner.ts';

test('[AU4] whole samples pass through without a copy', () => {
  const chunk = Uint8Array.of(1, 2, 3, 4);
  expect(new PcmAligner().push(chunk)).toBe(chunk);
});

test('[AU4] an odd byte waits for the next chunk', () => {
  const aligner = new PcmAligner();
  expect([...aligner.push(Uint8Array.of(1, 2, 3))]).toEqual([1, 2]);
  expect(aligner.pendingBytes).toBe(1);
  expect([...aligner.push(new Uint8Array(0))]).toEqual([]);
  expect([...aligner.push(Uint8Array.of(4))]).toEqual([3, 4]);
  expect(aligner.pendingBytes).toBe(0);
});

test('[AU4] a reset forgets the odd byte', () => {
  const aligner = new PcmAligner();
  aligner.push(Uint8Array.of(9));
  aligner.reset();
  expect([...aligner.push(Uint8Array.of(1, 2))]).toEqual([1, 2]);
});

test('[AU4] random pieces come out as whole samples, nothing lost', () => {
  const random = seededRandom(4);
  const stream = Uint8Array.from({ length: 5000 }, () => Math.floor(random() * 256));
  const aligner = new PcmAligner();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < stream.length;) {
    const size = Math.floor(random() * 12);
    parts.push(aligner.push(stream.subarray(at, at + size)));
    at += size;
  }
  expect(parts.filter((part) => part.length % 2 !== 0)).toEqual([]);
  expect(firstDifference(concat(parts), stream)).toBe(-1);
});
