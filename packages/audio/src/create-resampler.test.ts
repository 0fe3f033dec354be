import { describe, expect, test } from 'vitest';
import { concat, firstDifference, noise, OTHER_PAIRS, seededRandom, SESSION_PAIRS } from './__fixtures__/signals.ts';
import { bestCorrelation } from './best-correlation.ts';
import { createResampler, RESAMPLER_RANGE_HZ } from './create-resampler.ts';
import { pcmToSamples, samplesToPcm } from './pcm.ts';

describe('rates', () => {
  test('[AU17] any whole number of hertz from 4,000 to 192,000 is taken', () => {
    expect(RESAMPLER_RANGE_HZ).toEqual({ lowest: 4000, highest: 192_000 });
    const resampler = createResampler({ fromHz: 192_000, toHz: 4000 });
    const bytes = resampler.process(new Int16Array(192_000)).length * 2 + resampler.flush().length;
    expect(bytes).toBe(8000);
  });

  test.each([
    { fromHz: 3999, toHz: 24_000 },
    { fromHz: 24_000, toHz: 192_001 },
    { fromHz: 0, toHz: 24_000 },
    { fromHz: 22_254.5, toHz: 24_000 },
    { fromHz: Number.NaN, toHz: Number.NaN },
    { fromHz: Infinity, toHz: Infinity },
  ])('[AU17] $fromHz to $toHz Hz is refused', (options) => {
    expect(() => createResampler(options)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });

  test('[AU30] a stream goes on with its own filter, however many pairs were asked for since', () => {
    const samples = noise(2000, 30);
    const expected = createResampler({ fromHz: 44_100, toHz: 24_000 }).process(samples);
    const early = createResampler({ fromHz: 44_100, toHz: 24_000 });
    for (let fromHz = 44_101; fromHz < 44_141; fromHz++) createResampler({ fromHz, toHz: 24_000 });
    expect(firstDifference(early.process(samples), expected)).toBe(-1);
    expect(firstDifference(createResampler({ fromHz: 44_100, toHz: 24_000 }).process(samples), expected)).toBe(-1);
  });

  test.each([8000, 16_000, 24_000, 44_100, 48_000])(
    '[AU18] %i Hz to itself is the same object, odd bytes included',
    (rateHz) => {
      const resampler = createResampler({ fromHz: rateHz, toHz: rateHz });
      const bytes = new Uint8Array(7);
      const samples = new Int16Array(3);
      expect(resampler.process(bytes)).toBe(bytes);
      expect(resampler.process(samples)).toBe(samples);
      expect(resampler.flush()).toEqual(new Uint8Array(0));
      expect(resampler.delayMs).toBe(0);
    },
  );
});

describe.each(SESSION_PAIRS)('$fromHz to $toHz Hz, at instants that both have', ({ fromHz, toHz }) => {
  test('[AU21] an impulse is out within 5 ms, and within delayMs and one sample', () => {
    const resampler = createResampler({ fromHz, toHz });
    const impulseMs = 100;
    const input = new Int16Array((impulseMs * fromHz) / 1000 + 1);
    input[input.length - 1] = 30_000;
    const output = [...resampler.process(input)];
    let waitedMs = 0;
    while ((output.length * 1000) / toHz <= impulseMs) {
      output.push(...resampler.process(new Int16Array(1)));
      waitedMs += 1000 / fromHz;
    }
    expect((output.indexOf(Math.max(...output)) * 1000) / toHz).toBe(impulseMs);
    expect(waitedMs).toBeLessThan(5);
    expect(waitedMs).toBeLessThanOrEqual(resampler.delayMs + 1000 / fromHz);
  });

  test('[AU24] a full-scale square wave is clipped, not wrapped around', () => {
    const halfPeriod = fromHz / 500;
    const square = Int16Array.from({ length: 20 * halfPeriod }, (_, k) =>
      Math.floor(k / halfPeriod) % 2 === 0 ? 32_767 : -32_768,
    );
    const output = createResampler({ fromHz, toHz }).process(square);
    const outputHalf = toHz / 500;
    let extremes = 0;
    output.forEach((sample, k) => {
      const within = k % outputHalf;
      if (within < outputHalf / 4 || within > (outputHalf * 3) / 4) return;
      const polarity = Math.floor(k / outputHalf) % 2 === 0 ? 1 : -1;
      expect(sample * polarity, `sample ${k}`).toBeGreaterThan(29_000);
      if (sample === 32_767 || sample === -32_768) extremes += 1;
    });
    expect(extremes).toBeGreaterThan(0);
  });
});

describe.each([...SESSION_PAIRS, ...OTHER_PAIRS])('$fromHz to $toHz Hz', ({ fromHz, toHz }) => {
  test('[AU21] the output is never 5 ms short of the input', () => {
    const resampler = createResampler({ fromHz, toHz });
    const random = seededRandom(fromHz + toHz);
    let inMs = 0;
    let outMs = 0;
    for (let piece = 0; piece < 200; piece++) {
      const input = new Int16Array(Math.floor(random() * 1500));
      inMs += (input.length * 1000) / fromHz;
      outMs += (resampler.process(input).length * 1000) / toHz;
      expect(inMs - outMs).toBeLessThan(5);
      expect(inMs - outMs).toBeLessThanOrEqual(resampler.delayMs + 1000 / Math.min(fromHz, toHz));
    }
  });

  test('[AU22] there and back is the same signal at the same instant', () => {
    // Noise made at the lower rate: all but the top of its band, where the filters fall off, comes back.
    const lowerHz = Math.min(fromHz, toHz);
    const made = noise((300 * lowerHz) / 1000, 22).map((sample) => sample / 2);
    const original = lowerHz === fromHz ? made : convertWhole(made, lowerHz, fromHz);
    const returned = convertWhole(convertWhole(original, fromHz, toHz), toHz, fromHz);
    expect(returned.length).toBe(Math.ceil((Math.ceil((original.length * toHz) / fromHz) * fromHz) / toHz));
    const { lag, correlation } = bestCorrelation(original, returned.subarray(0, original.length), 40);
    expect(lag).toBe(0);
    expect(correlation).toBeGreaterThan(0.95);
  });

  test('[AU22] with the flush, the output is as long as the input to the sample', () => {
    for (const samples of [0, 1, 2, 3, 7, 100, 479, 480, 481, 511, 512, 513, 1024, 5003]) {
      const resampler = createResampler({ fromHz, toHz });
      const bytes = resampler.process(new Int16Array(samples)).length * 2 + resampler.flush().length;
      expect(bytes).toBe(2 * Math.ceil((samples * toHz) / fromHz));
    }
  });

  test('[AU23] however the bytes are cut, the output is the same', () => {
    const stream = samplesToPcm(noise(6000, fromHz - toHz));
    const reference = convertInPieces(stream, () => stream.length);
    for (const [seed, largest] of [
      [1, 5],
      [2, 300],
      [3, 2000],
      [4, 6000],
    ] as const) {
      const random = seededRandom(seed);
      const output = convertInPieces(stream, () => Math.floor(random() * (largest + 1)));
      expect(firstDifference(output, reference), `seed ${seed}`).toBe(-1);
    }
    const short = stream.subarray(0, 600);
    expect(
      firstDifference(
        convertInPieces(short, () => 1),
        convertInPieces(short, () => 600),
      ),
    ).toBe(-1);
  });

  test('[AU23] samples give what bytes give, also after half a sample', () => {
    const samples = noise(2000, 23);
    const bytes = samplesToPcm(samples);
    const asBytes = createResampler({ fromHz, toHz }).process(bytes);
    const asSamples = createResampler({ fromHz, toHz }).process(samples);
    expect(firstDifference(samplesToPcm(asSamples), asBytes)).toBe(-1);

    const mixed = createResampler({ fromHz, toHz });
    const first = mixed.process(bytes.subarray(0, 1001));
    const second = mixed.process(pcmToSamples(bytes.slice(1001, 2001)));
    const third = mixed.process(bytes.subarray(2001));
    expect(firstDifference(concat([first, samplesToPcm(second), third]), asBytes)).toBe(-1);
  });

  test('[AU26] nothing of an earlier stream is left after flush or reset', () => {
    const samples = noise(1500, 26);
    const fresh = createResampler({ fromHz, toHz }).process(samples);
    const resampler = createResampler({ fromHz, toHz });

    resampler.process(samplesToPcm(noise(700, 1)).subarray(1));
    resampler.flush();
    expect(firstDifference(resampler.process(samples), fresh)).toBe(-1);

    resampler.process(Uint8Array.of(77));
    resampler.reset();
    expect(firstDifference(resampler.process(samples), fresh)).toBe(-1);
    expect(resampler.flush().length).toBeGreaterThan(0);
    expect(resampler.flush()).toEqual(new Uint8Array(0));
  });

  test('[AU26] input may be overwritten and output kept', () => {
    const samples = noise(4000, 27);
    const expected = createResampler({ fromHz, toHz }).process(samples);
    const resampler = createResampler({ fromHz, toHz });
    const reused = new Int16Array(1000);
    const parts: Uint8Array[] = [];
    for (let at = 0; at < samples.length; at += 1000) {
      reused.set(samples.subarray(at, at + 1000));
      parts.push(samplesToPcm(resampler.process(reused)));
      reused.fill(-1);
    }
    expect(firstDifference(concat(parts), samplesToPcm(expected))).toBe(-1);
  });

  function convertInPieces(stream: Uint8Array, nextSize: () => number): Uint8Array {
    const resampler = createResampler({ fromHz, toHz });
    const parts: Uint8Array[] = [];
    for (let at = 0; at < stream.length;) {
      const size = nextSize();
      parts.push(resampler.process(stream.subarray(at, at + size)));
      at += size;
    }
    return concat([...parts, resampler.flush()]);
  }
});

/** A finished stream from one rate to another. */
function convertWhole(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  const resampler = createResampler({ fromHz, toHz });
  const head = samplesToPcm(resampler.process(samples));
  return pcmToSamples(concat([head, resampler.flush()]));
}
