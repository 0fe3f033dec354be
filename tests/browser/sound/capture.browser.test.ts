// What a page hears, with a microphone fed from a file.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bestCorrelation, createResampler, decodeWav, levelDbfs, pcmToSamples } from '@speko/audio';
import { describe, expect, test } from 'vitest';
import { launchChromium } from '../helpers/chromium.ts';
import { writeMicrophoneFile } from '../helpers/microphone-file.ts';
import { servePage } from '../helpers/serve-page.ts';
import { tone } from '../helpers/test-signal.ts';
import type { PartsWindow } from '../pages/parts.ts';

const SPEECH = join(import.meta.dirname, '..', '..', '..', 'assets', 'speech.wav');
/** Three chunks, so that two of their seams are in every piece. */
const PIECE_MS = 60;
const LARGEST_SHIFT_MS = 600;
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

describe.each([16_000, 24_000] as const)('at %i Hz', (rateHz) => {
  test('[MIC1] [MIC2] speech comes in chunks of exactly 20 ms, and is what the microphone heard', async () => {
    const speech = decodeWav(await readFile(SPEECH));
    await using file = await writeMicrophoneFile(pcmToSamples(speech.pcm), 24_000);
    await using site = await servePage({ script: 'parts.ts' });
    await using chromium = await launchChromium({ microphone: file.path });
    const page = await chromium.newPage();
    await page.goto(site.url);
    const { sizes, base64, elapsedMs } = await page.evaluate(
      async ({ rate, options }) => {
        const { parts } = window as PartsWindow;
        const { microphone, chunks, arrivals } = await parts.recordMicrophone(rate, options);
        await parts.until(() => chunks.length >= 125);
        await microphone.stop();
        return {
          sizes: [...new Set(chunks.map((chunk) => chunk.byteLength))],
          elapsedMs: (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0),
          base64: parts.base64Of(chunks),
        };
      },
      { rate: rateHz, options: PLAIN },
    );
    expect(sizes).toEqual([rateHz / 25]);
    expect(elapsedMs).toBeGreaterThan(2200);

    const heard = pcmToSamples(Buffer.from(base64, 'base64'));
    const spoken = pcmToSamples(createResampler({ fromHz: 24_000, toHz: rateHz }).process(speech.pcm));
    const matches = loudPieces(heard, (rateHz * PIECE_MS) / 1000).map(({ at, piece }) => {
      const reach = (rateHz * LARGEST_SHIFT_MS) / 1000;
      const around = spoken.subarray(Math.max(0, at - reach), at + piece.length + reach);
      return bestCorrelation(piece, around, around.length - piece.length).correlation;
    });
    expect(matches.length).toBeGreaterThan(8);
    // A machine that is busy loses blocks of 10 ms before they reach the page. Whatever the page itself did wrong, at
    // the seams of chunks say, would be in every piece.
    const good = matches.filter((correlation) => correlation >= 0.98);
    expect(good.length / matches.length).toBeGreaterThanOrEqual(0.5);
  });
});

test('[MIC3] muted, chunks of zeros keep the rhythm and the level goes on being measured', async () => {
  await using file = await writeMicrophoneFile(tone(48_000 * 20, 48_000), 48_000);
  await using site = await servePage({ script: 'parts.ts' });
  await using chromium = await launchChromium({ microphone: file.path });
  const page = await chromium.newPage();
  await page.goto(site.url);
  const result = await page.evaluate(async (options) => {
    const { parts } = window as PartsWindow;
    const { microphone, chunks } = await parts.recordMicrophone(16_000, options);
    const isSilent = (chunk: Uint8Array | undefined): boolean => chunk?.every((byte) => byte === 0) ?? false;
    await parts.until(() => chunks.length > 10 && !isSilent(chunks.at(-1)));
    microphone.setMuted(true);
    await parts.until(() => isSilent(chunks.at(-1)));
    const mutedFrom = chunks.length;
    await parts.until(() => chunks.length >= mutedFrom + 25);
    const muted = chunks.slice(mutedFrom, mutedFrom + 25);
    const level = microphone.level;
    microphone.setMuted(false);
    await parts.until(() => !isSilent(chunks.at(-1)));
    await microphone.stop();
    return { silent: muted.filter(isSilent).length, sizes: [...new Set(muted.map((chunk) => chunk.length))], level };
  }, PLAIN);
  // 30 % of full scale is an RMS of -13.5 dBFS.
  expect(result).toEqual({ silent: 25, sizes: [640], level: expect.closeTo(0.775, 1) });
});

/** Whole pieces of a signal, one after another, in which somebody speaks. */
function loudPieces(signal: Int16Array, length: number): { at: number; piece: Int16Array }[] {
  return Array.from({ length: Math.floor(signal.length / length) }, (_, index) => index * length)
    .map((at) => ({ at, piece: signal.subarray(at, at + length) }))
    .filter(({ piece }) => levelDbfs(piece) > -30);
}
