import { describe, expect, test } from 'vitest';
import { pcmByteLength, pcmDurationMs, pcmToSamples, samplesToPcm, silence } from './pcm.ts';

describe('bytes and samples', () => {
  test('[AU1] bytes at an even offset are viewed in place, little-endian', () => {
    const bytes = Uint8Array.of(0xaa, 0xaa, 0x01, 0x00, 0xff, 0x7f, 0x00, 0x80, 0xff, 0xff).subarray(2);
    const samples = pcmToSamples(bytes);
    expect([...samples]).toEqual([1, 32_767, -32_768, -1]);
    bytes[0] = 2;
    expect(samples[0]).toBe(2);
  });

  test('[AU1] bytes at an odd offset give the same values in a copy', () => {
    const bytes = Uint8Array.of(0xaa, 0x01, 0x00, 0xff, 0x7f, 0x00, 0x80, 0xff, 0xff).subarray(1);
    const samples = pcmToSamples(bytes);
    expect([...samples]).toEqual([1, 32_767, -32_768, -1]);
    bytes[0] = 2;
    expect(samples[0]).toBe(1);
  });

  test('[AU1] samples become little-endian bytes of the same memory, also from the middle of a buffer', () => {
    const samples = Int16Array.of(7, 1, -2).subarray(1);
    const bytes = samplesToPcm(samples);
    expect([...bytes]).toEqual([0x01, 0x00, 0xfe, 0xff]);
    samples[0] = 3;
    expect(bytes[0]).toBe(3);
  });

  test('[AU2] an odd number of bytes is refused', () => {
    expect(() => pcmToSamples(new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'ODD_LENGTH' }));
  });
});

describe('durations', () => {
  test.each([
    { bytes: 960, rate: 24_000, ms: 20 },
    { bytes: 640, rate: 16_000, ms: 20 },
    { bytes: 2, rate: 8000, ms: 0.125 },
    { bytes: 0, rate: 48_000, ms: 0 },
  ])('[AU3] $bytes bytes at $rate Hz last $ms ms and back', ({ bytes, rate, ms }) => {
    expect(pcmDurationMs(bytes, rate)).toBe(ms);
    expect(pcmByteLength(ms, rate)).toBe(bytes);
  });

  test('[AU3] a length that falls between samples is rounded to a whole one', () => {
    expect(pcmByteLength(0.1, 16_000)).toBe(4);
    expect(pcmByteLength(10, 22_050)).toBe(442);
  });

  test('[AU3] silence has the length asked for', () => {
    expect(silence(2, 8000)).toEqual(new Uint8Array(32));
  });
});
