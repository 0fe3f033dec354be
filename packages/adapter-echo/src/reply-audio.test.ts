import { levelDbfs, levelPeak, pcmToSamples } from '@speko/audio';
import { describe, expect, test } from 'vitest';
import { chimeFor, repeatAudio, type ReplyAudio } from './reply-audio.ts';

function readAll(audio: ReplyAudio): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let piece = audio.read(100); piece.byteLength > 0; piece = audio.read(100)) pieces.push(piece);
  return pieces;
}

function sampleCount(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength / 2, 0);
}

describe('[ECH6] the caller’s audio', () => {
  test('comes back unchanged at equal rates, in pieces of 100 ms', () => {
    const pcm = Uint8Array.from({ length: 10_000 }, (_, index) => index % 251);
    const pieces = readAll(repeatAudio(pcm, { fromHz: 16_000, toHz: 16_000 }));
    expect(pieces.map((piece) => piece.byteLength)).toEqual([3200, 3200, 3200, 400]);
    expect(pieces.flatMap((piece) => [...piece])).toEqual([...pcm]);
  });

  test.each([
    [16_000, 24_000, 7500],
    [24_000, 16_000, 3334],
  ])('[ECH2] is resampled from %d to %d Hz without losing its end', (fromHz, toHz, samples) => {
    const audio = repeatAudio(new Uint8Array(10_000), { fromHz, toHz });
    expect(sampleCount(readAll(audio))).toBe(samples);
    expect(audio.totalMs).toBeCloseTo((5000 * 1000) / fromHz);
  });
});

describe('[ECH8] the chime', () => {
  test.each([
    ['a', 300],
    ['ten letter', 600],
    ['x'.repeat(2000), 6000],
  ])('lasts as long as its text is long, 0.3 to 6 s', (text, durationMs) => {
    const audio = chimeFor(text, 24_000);
    expect(audio.totalMs).toBe(durationMs);
    expect(sampleCount(readAll(audio))).toBe(durationMs * 24);
  });

  test('is audible, soft, and starts and ends in silence', () => {
    const samples = readAll(chimeFor('Hello there', 24_000)).flatMap((piece) => [...pcmToSamples(piece)]);
    expect(levelDbfs(Int16Array.from(samples))).toBeGreaterThan(-30);
    expect(levelPeak(Int16Array.from(samples))).toBeLessThan(0.16);
    expect(Math.abs(samples[0] ?? 99)).toBe(0);
  });
});
