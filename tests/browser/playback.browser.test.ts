// What a page plays, read sample by sample from what its context hands to the output.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { launchChromium, type Chromium } from './helpers/chromium.ts';
import { servePage, type ServedPage } from './helpers/serve-page.ts';
import { installTap, readTap } from './helpers/tap.ts';
import { noiseWithoutZeros } from './helpers/test-signal.ts';
import type { PartsWindow } from './pages/parts.ts';

let chromium: Chromium;
let site: ServedPage;
beforeAll(async () => {
  site = await servePage({ script: 'parts.ts' });
  chromium = await launchChromium();
});
afterAll(async () => {
  await chromium?.close();
  await site?.close();
});

describe.each([24_000, 16_000] as const)('at %i Hz', (rateHz) => {
  test('[SPK1] three seconds in pieces of odd sizes are played bit for bit', async () => {
    const page = await openPage();
    const events = await page.evaluate(async (rate) => {
      const { parts } = window as PartsWindow;
      const { speaker, events, play } = await parts.startSpeaker(rate);
      play('a', parts.noiseWithoutZeros(3 * rate), [2, 640, 6, 958, 4, 30_002, 2, 1280, 65_536]);
      speaker.endTurn('a');
      await parts.until(() => events.length === 2);
      return events;
    }, rateHz);
    expect(events).toEqual(['start a', 'played a 3000']);
    const { samples, rateHz: contextRate } = await readTap(page);
    expect(contextRate).toBe(rateHz);
    expect(firstDifference(withoutSilence(samples), toFloat(noiseWithoutZeros(3 * rateHz)))).toBe(-1);
  });
});

async function openPage(): Promise<Page> {
  const page = await chromium.newPage();
  await installTap(page);
  await page.goto(site.url);
  return page;
}

function toFloat(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}

function withoutSilence(samples: Float32Array): Float32Array {
  return samples.filter((sample) => sample !== 0);
}

/** -1 if nowhere: a failure then names a place instead of printing thousands of numbers. */
function firstDifference(a: Float32Array, b: Float32Array): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) if (a[index] !== b[index]) return index;
  return -1;
}
