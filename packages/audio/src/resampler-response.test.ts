import { describe, expect, test } from 'vitest';
import { fit, OTHER_PAIRS, SESSION_PAIRS, sweep, sweepPhase, tone, toneLevelDb } from './__fixtures__/signals.ts';
import { createResampler } from './create-resampler.ts';

/*
 * The filter as heard from outside: tones and sweeps in, levels out. The first and last 10 ms are left out of every
 * measurement, where the tone itself begins and ends.
 */
const EDGE_MS = 10;
const LENGTH_MS = 150;

describe.each([...SESSION_PAIRS, ...OTHER_PAIRS])('$fromHz to $toHz Hz', ({ fromHz, toHz }) => {
  const lowerNyquistHz = Math.min(fromHz, toHz) / 2;
  const edge = Math.ceil((EDGE_MS * toHz) / 1000);

  test('[AU19] tones up to 90 % of the lower Nyquist frequency keep their level within 0.5 dB', () => {
    for (const share of [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.875, 0.9]) {
      const frequencyHz = share * lowerNyquistHz;
      const output = convert(tone(frequencyHz, fromHz, LENGTH_MS));
      const { gainDb } = fit(output, {
        phase: (seconds) => 2 * Math.PI * frequencyHz * seconds,
        sampleRateHz: toHz,
        start: edge,
        end: output.length - edge,
      });
      expect(Math.abs(gainDb), `${frequencyHz} Hz: ${gainDb} dB`).toBeLessThan(0.5);
    }
  });

  test('[AU19] [AU22] a sweep through the pass-band keeps its level within 0.5 dB and its phase within 1 degree', () => {
    const range = { fromHz: 50, toHz: 0.9 * lowerNyquistHz };
    const output = convert(sweep(range, fromHz, 500));
    const step = Math.round(toHz / 100);
    for (let start = edge; start + step <= output.length - edge; start += step) {
      const phase = sweepPhase(range, 500);
      const { gainDb, phaseRadians } = fit(output, { phase, sampleRateHz: toHz, start, end: start + step });
      expect(Math.abs(gainDb), `at ${(start * 1000) / toHz} ms: ${gainDb} dB`).toBeLessThan(0.5);
      expect(Math.abs(phaseRadians) * (180 / Math.PI), `at ${(start * 1000) / toHz} ms`).toBeLessThan(1);
    }
  });

  if (toHz < fromHz) {
    test('[AU20] tones from the lower Nyquist frequency up leave no alias above -60 dB', () => {
      for (const frequencyHz of spread(lowerNyquistHz, fromHz / 2)) {
        const level = toneLevelDb(middle(convert(tone(frequencyHz, fromHz, LENGTH_MS))));
        expect(level, `${frequencyHz} Hz`).toBeLessThan(-60);
      }
    });

    test('[AU20] a sweep from the lower Nyquist frequency up leaves no alias above -60 dB', () => {
      const output = middle(convert(sweep({ fromHz: lowerNyquistHz, toHz: fromHz / 2 }, fromHz, 500)));
      const step = Math.round(toHz / 100);
      for (let start = 0; start + step <= output.length; start += step) {
        expect(toneLevelDb(output.subarray(start, start + step)), `window at ${start}`).toBeLessThan(-60);
      }
    });
  } else {
    test('[AU20] tones anywhere in the input band add no image above -60 dB', () => {
      for (const frequencyHz of spread(0, lowerNyquistHz).map((hz) => lowerNyquistHz - hz)) {
        const output = convert(tone(frequencyHz, fromHz, LENGTH_MS));
        const { restDb } = fit(output, {
          phase: (seconds) => 2 * Math.PI * frequencyHz * seconds,
          sampleRateHz: toHz,
          start: edge,
          end: output.length - edge,
        });
        expect(restDb, `${frequencyHz} Hz`).toBeLessThan(-60);
      }
    });
  }

  test('[AU25] a constant keeps its exact value', () => {
    for (const value of [1, 12_345, -32_768, 32_767]) {
      const output = middle(convert(new Int16Array(fromHz / 20).fill(value)));
      expect(new Set(output)).toEqual(new Set([value]));
    }
  });

  function convert(input: Int16Array): Int16Array {
    return createResampler({ fromHz, toHz }).process(input);
  }

  function middle(output: Int16Array): Int16Array {
    return output.subarray(edge, output.length - edge);
  }
});

/** Frequencies from one to another, densest at the first, where the filter's edge is. */
function spread(startHz: number, endHz: number): number[] {
  const shares = [0, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99];
  return shares.map((share) => startHz + share * (endHz - startHz));
}
