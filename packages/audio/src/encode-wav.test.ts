import { expect, test } from 'vitest';
import { decodeWav } from './decode-wav.ts';
import { encodeWav, wavHeader } from './encode-wav.ts';

// prettier-ignore
const HEADER_OF_FOUR_BYTES = [
  0x52, 0x49, 0x46, 0x46, 0x28, 0x00, 0x00, 0x00, 0x57, 0x41, 0x56, 0x45, // RIFF, 40, WAVE
  0x66, 0x6d, 0x74, 0x20, 0x10, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, // fmt, 16, PCM, mono
  0xc0, 0x5d, 0x00, 0x00, 0x80, 0xbb, 0x00, 0x00, 0x02, 0x00, 0x10, 0x00, // 24000 Hz, 48000 B/s, 2 bytes, 16 bits
  0x64, 0x61, 0x74, 0x61, 0x04, 0x00, 0x00, 0x00, // data, 4
];

test('[AU10] a file is its header and the samples', () => {
  const file = encodeWav({ pcm: Int16Array.of(1, -1), sampleRateHz: 24_000 });
  expect([...file]).toEqual([...HEADER_OF_FOUR_BYTES, 0x01, 0x00, 0xff, 0xff]);
});

test('[AU10] samples and bytes make the same file, which decodes to them', () => {
  const fromSamples = encodeWav({ pcm: Int16Array.of(5, -6, 7), sampleRateHz: 8000 });
  const fromBytes = encodeWav({ pcm: Uint8Array.of(5, 0, 0xfa, 0xff, 7, 0), sampleRateHz: 8000 });
  expect(fromBytes).toEqual(fromSamples);
  expect(decodeWav(fromBytes)).toEqual({
    pcm: Uint8Array.of(5, 0, 0xfa, 0xff, 7, 0),
    sampleRateHz: 8000,
    channels: 1,
    durationMs: 0.375,
  });
});

test('[AU11] a header without a size leaves both open, and the file is read to its end', () => {
  const header = wavHeader({ sampleRateHz: 24_000 });
  expect([...header.subarray(4, 8)]).toEqual([0xff, 0xff, 0xff, 0xff]);
  expect([...header.subarray(40, 44)]).toEqual([0xff, 0xff, 0xff, 0xff]);
  expect([...decodeWav(Uint8Array.of(...header, 1, 2, 3, 4)).pcm]).toEqual([1, 2, 3, 4]);
});

test('[AU2] bytes that end within a sample are refused', () => {
  expect(() => encodeWav({ pcm: new Uint8Array(5), sampleRateHz: 8000 })).toThrow(
    expect.objectContaining({ code: 'ODD_LENGTH' }),
  );
});

test.each([
  { sampleRateHz: 0 },
  { sampleRateHz: 8000.5 },
  { sampleRateHz: Number.NaN },
  { sampleRateHz: 8000, dataBytes: 3 },
  { sampleRateHz: 8000, dataBytes: -2 },
  { sampleRateHz: 8000, dataBytes: 2 ** 32 },
])('[AU16] a header for %o is refused', (options) => {
  expect(() => wavHeader(options)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});

test.each([[new Float32Array(2)], [[1, 2]], ['AAAA'], [undefined]])('[AU16] %s is no PCM16 and refused', (pcm) => {
  expect(() => encodeWav({ pcm: pcm as never, sampleRateHz: 24_000 })).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining('PCM16') as string }),
  );
});
