import { describe, expect, test } from 'vitest';
import { concat, seededRandom } from './__fixtures__/signals.ts';
import { AudioError } from './audio-error.ts';
import { decodeWav } from './decode-wav.ts';

describe('chunks', () => {
  test('[AU12] chunks of other kinds are skipped, odd ones with their padding', () => {
    const file = riff([chunk('JUNK', [9, 9]), formatChunk(), chunk('LIST', [1, 2, 3]), chunk('data', [5, 0, 6, 0])]);
    expect(decodeWav(file)).toEqual({
      pcm: Uint8Array.of(5, 0, 6, 0),
      sampleRateHz: 16_000,
      channels: 1,
      durationMs: 0.125,
    });
  });

  test('[AU12] what follows the audio is not audio', () => {
    const file = riff([formatChunk(), chunk('data', [5, 0]), chunk('LIST', [1, 2, 3, 4])]);
    expect([...decodeWav(file).pcm]).toEqual([5, 0]);
  });

  test('[AU12] WAVE_FORMAT_EXTENSIBLE holding PCM is PCM', () => {
    const file = riff([extensibleFormat(1), chunk('data', [5, 0])]);
    expect([...decodeWav(file).pcm]).toEqual([5, 0]);
  });

  test('[AU10] the samples are a copy at an even offset, wherever the file lies in its buffer', () => {
    const file = riff([formatChunk(), chunk('data', [5, 0, 6, 0])]);
    const shifted = Uint8Array.of(0xaa, ...file).subarray(1);
    const { pcm } = decodeWav(shifted);
    shifted.fill(0);
    expect([...pcm]).toEqual([5, 0, 6, 0]);
    expect(pcm.byteOffset).toBe(0);
  });
});

describe('sizes', () => {
  test.each([{ size: 0 }, { size: 0x7ffff000 }, { size: 0xffffffff }])(
    '[AU13] a data size of $size left by a writer to a pipe means to the end',
    ({ size }) => {
      const file = riff([formatChunk(), chunk('data', [5, 0, 6, 0], size)], size);
      expect([...decodeWav(file).pcm]).toEqual([5, 0, 6, 0]);
    },
  );

  test('[AU13] a true size of 0 is an empty file', () => {
    const file = riff([formatChunk(), chunk('data', []), chunk('LIST', [1, 2])]);
    expect(decodeWav(file)).toMatchObject({ pcm: new Uint8Array(0), durationMs: 0 });
  });

  test('[AU13] a last frame that is cut short is dropped', () => {
    const mono = riff([formatChunk(), chunk('data', [5, 0, 6, 0], 0)], 0).slice(0, -1);
    expect([...decodeWav(mono).pcm]).toEqual([5, 0]);
    const stereo = riff([formatChunk({ channels: 2 }), chunk('data', [5, 0, 7, 0, 6, 0], 0)], 0);
    expect([...decodeWav(stereo).pcm]).toEqual([6, 0]);
  });
});

test('[AU14] stereo is averaged', () => {
  const frames = Int16Array.of(100, 200, -32_768, -32_768, 32_767, -32_767, 3, 4);
  const file = riff([formatChunk({ channels: 2 }), chunk('data', [...new Uint8Array(frames.buffer)])]);
  const decoded = decodeWav(file);
  expect([...new Int16Array(decoded.pcm.buffer)]).toEqual([150, -32_768, 0, 4]);
  expect(decoded).toMatchObject({ channels: 2, durationMs: 0.25 });
});

describe('refusals', () => {
  test.each([
    ['no bytes', new Uint8Array(0), 'WAV_MALFORMED'],
    ['another format', new TextEncoder().encode('ID3 this is no WAV file'), 'WAV_MALFORMED'],
    ['RIFF of another kind', patch(riff([formatChunk()]), 8, 'AVI '), 'WAV_MALFORMED'],
    ['no fmt chunk', riff([chunk('data', [5, 0])]), 'WAV_MALFORMED'],
    ['no data chunk', riff([formatChunk()]), 'WAV_MALFORMED'],
    ['a short fmt chunk', riff([chunk('fmt ', [1, 0, 1, 0]), chunk('data', [])]), 'WAV_MALFORMED'],
    ['a rate of 0', riff([formatChunk({ sampleRateHz: 0 }), chunk('data', [])]), 'WAV_MALFORMED'],
    ['data cut short', riff([formatChunk(), chunk('data', [5, 0], 400)]), 'WAV_TRUNCATED'],
    ['a chunk cut short', riff([formatChunk(), chunk('LIST', [5, 0], 400)]), 'WAV_TRUNCATED'],
    ['float', riff([formatChunk({ tag: 3, bits: 32 }), chunk('data', [])]), 'WAV_UNSUPPORTED'],
    ['mu-law', riff([formatChunk({ tag: 7, bits: 8 }), chunk('data', [])]), 'WAV_UNSUPPORTED'],
    ['24 bits', riff([formatChunk({ bits: 24 }), chunk('data', [])]), 'WAV_UNSUPPORTED'],
    ['six channels', riff([formatChunk({ channels: 6 }), chunk('data', [])]), 'WAV_UNSUPPORTED'],
    ['extensible float', riff([extensibleFormat(3), chunk('data', [])]), 'WAV_UNSUPPORTED'],
    ['big-endian', patch(riff([formatChunk()]), 0, 'RIFX'), 'WAV_UNSUPPORTED'],
    ['64-bit sizes', patch(riff([formatChunk()]), 0, 'RF64'), 'WAV_UNSUPPORTED'],
  ])('[AU15] %s', (_, bytes, code) => {
    expect(() => decodeWav(bytes)).toThrow(expect.objectContaining({ name: 'AudioError', code }));
  });

  test('[AU15] damaged files give audio or an AudioError, never anything else', () => {
    const intact = riff([extensibleFormat(1), chunk('LIST', [1, 2, 3]), chunk('data', [5, 0, 6, 0])]);
    const random = seededRandom(15);
    for (let round = 0; round < 2000; round++) {
      const damaged = intact.slice(0, Math.ceil(random() * intact.length));
      for (let flips = 0; flips < 3; flips++) damaged[Math.floor(random() * damaged.length)] = random() * 256;
      expect(outcome(damaged), `round ${round}`).toMatch(/^(audio|AudioError)$/);
    }
  });
});

function outcome(bytes: Uint8Array): string {
  try {
    return decodeWav(bytes).pcm.length % 2 === 0 ? 'audio' : 'half a sample';
  } catch (error) {
    return AudioError.isInstance(error) ? 'AudioError' : String(error);
  }
}

function riff(chunks: readonly Uint8Array[], size?: number): Uint8Array {
  const body = concat(chunks);
  return concat([chunk('RIFF', [], size ?? body.length + 4), new TextEncoder().encode('WAVE'), body]);
}

function chunk(tag: string, body: readonly number[], size = body.length): Uint8Array {
  const header = new Uint8Array(8);
  header.set(new TextEncoder().encode(tag));
  new DataView(header.buffer).setUint32(4, size, true);
  return Uint8Array.of(...header, ...body, ...(body.length % 2 === 0 ? [] : [0]));
}

function formatChunk({ tag = 1, channels = 1, sampleRateHz = 16_000, bits = 16 } = {}): Uint8Array {
  const body = new DataView(new ArrayBuffer(16));
  body.setUint16(0, tag, true);
  body.setUint16(2, channels, true);
  body.setUint32(4, sampleRateHz, true);
  body.setUint32(8, (sampleRateHz * channels * bits) / 8, true);
  body.setUint16(12, (channels * bits) / 8, true);
  body.setUint16(14, bits, true);
  return chunk('fmt ', [...new Uint8Array(body.buffer)]);
}

function extensibleFormat(subFormat: number): Uint8Array {
  const plain = formatChunk({ tag: 0xfffe });
  // Extension of 22 bytes: 16 valid bits, no speaker mask, then the sub-format's identifier.
  const guid = [subFormat, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
  return chunk('fmt ', [...plain.subarray(8), 22, 0, 16, 0, 0, 0, 0, 0, ...guid]);
}

function patch(bytes: Uint8Array, at: number, tag: string): Uint8Array {
  const patched = bytes.slice();
  patched.set(new TextEncoder().encode(tag), at);
  return patched;
}
