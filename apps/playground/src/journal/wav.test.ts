import { expect, test } from 'vitest';
import { createWav } from './wav.ts';

test('the header is the one of RIFF, WAVE, PCM', () => {
  const { file } = createWav({ channels: 2, sampleRate: 24_000, frames: 1 });
  expect(Buffer.from(file).toString('hex')).toBe(
    [
      '52494646', // RIFF
      '28000000', // 40 bytes follow
      '57415645', // WAVE
      '666d7420', // fmt
      '10000000', // of 16 bytes
      '0100', // PCM
      '0200', // stereo
      'c05d0000', // 24000 Hz
      '00770100', // 96000 bytes per second
      '0400', // 4 bytes per frame
      '1000', // 16 bits
      '64617461', // data
      '04000000', // of 4 bytes
      '00000000',
    ].join(''),
  );
});

test('samples are written behind the header', () => {
  const { file, data } = createWav({ channels: 1, sampleRate: 8000, frames: 2 });
  data.setInt16(2, -2, true);
  expect([...file.subarray(44)]).toEqual([0, 0, 0xfe, 0xff]);
});
