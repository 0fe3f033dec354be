import type { Page } from 'playwright-core';
// What a page plays, read sample by sample from what its context hands to the output.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, type Chromium } from '../helpers/chromium.ts';
import { servePage, type ServedPage } from '../helpers/serve-page.ts';
import { installTap, readTap } from '../helpers/tap.ts';
import { noiseWithoutZeros } from '../helpers/test-signal.ts';
import type { PartsWindow } from '../pages/parts.ts';

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

test('[SPK1] an answer of 60 s that came at once is played whole from the queue', async () => {
  const page = await openPage();
  // Offline, where a minute takes as long as it must; the processor is the same file.
  const { sent, played } = await page.evaluate(async () => {
    const { parts } = window as PartsWindow;
    const samples = parts.noiseWithoutZeros(60 * 24_000);
    const played = await parts.renderOffline({ rateHz: 24_000, contextRateHz: 24_000, seconds: 60.5, samples });
    return {
      sent: await parts.digest(Float32Array.from(samples, (sample) => sample / 32_768)),
      played: await parts.digest(played),
    };
  });
  expect(played).toBe(sent);
});

test('[SPK1] a context of another rate plays the same tone', async () => {
  const page = await openPage();
  const correlation = await page.evaluate(async () => {
    const { parts } = window as PartsWindow;
    const samples = parts.tone(24_000, 24_000);
    const played = await parts.renderOffline({ rateHz: 24_000, contextRateHz: 48_000, seconds: 1.1, samples });
    // The filter is heard a little before the first sample; where the tone itself begins is found by trying.
    const tone = parts.tone(48_000, 48_000);
    const lags = Array.from({ length: 120 }, (_, lag) => lag);
    return Math.max(...lags.map((lag) => parts.correlate(played.subarray(100, 40_000), tone.subarray(lag))));
  });
  expect(correlation).toBeGreaterThan(0.9999);
});

test('[SPK4] [SPK5] from flush to silence it takes at most 15 ms in the median, and what was heard is counted to the millisecond', async () => {
  const page = await openPage();
  const silentAfterMs: number[] = [];
  for (let round = 0; round < 9; round++) {
    const result = await page.evaluate(async (delayMs) => {
      const { parts, tap } = window as PartsWindow;
      const { speaker, play } = await parts.startSpeaker(24_000);
      const context = tap.context();
      play('cut', parts.noiseWithoutZeros(5 * 24_000));
      play('waiting', parts.noiseWithoutZeros(24_000, 2));
      const stopAt = context.currentTime + 0.3 + delayMs / 1000;
      await parts.until(() => context.currentTime >= stopAt);
      const flushedFrame = context.currentTime * context.sampleRate;
      const cut = await speaker.flush();
      const again = context.currentTime + 0.1;
      await parts.until(() => context.currentTime >= again);
      const level = speaker.level;
      await speaker.stop();
      return { cut, flushedFrame, level };
    }, round * 7);
    const { samples, soundEndFrame } = await readTap(page);
    await page.evaluate(() => (window as PartsWindow).tap.clear());
    const heard = withoutSilence(samples);
    const expected = toFloat(noiseWithoutZeros(5 * 24_000));
    const difference = firstDifference(heard, expected);
    silentAfterMs.push((soundEndFrame - result.flushedFrame) / 24);

    expect(result.cut.map(({ turn }) => turn)).toEqual(['cut', 'waiting']);
    expect(result.cut[1]?.playedMs).toBe(0);
    expect(Math.abs((result.cut[0]?.playedMs ?? 0) - heard.length / 24)).toBeLessThanOrEqual(1);
    // All that differs from what was sent is the fade at its end.
    expect((heard.length - difference) / 24).toBeLessThanOrEqual(6);
    expect((heard.length - difference) / 24).toBeGreaterThan(4);
    expect(samples.length - samples.findLastIndex((sample) => sample !== 0)).toBeGreaterThan(2000);
  }
  // Chromium renders 10 ms at a time: a flush that just misses one waits for the next, and longer on a busy machine.
  expect(silentAfterMs.toSorted((a, b) => a - b)[4]).toBeLessThanOrEqual(15);
});

test('[SPK3] [SPK5] audio that comes late leaves one gap without a click and counts as what it is', async () => {
  const page = await openPage();
  const { events, stats } = await page.evaluate(async () => {
    const { parts } = window as PartsWindow;
    const { speaker, events, play } = await parts.startSpeaker(24_000);
    const samples = parts.tone(0.8 * 24_000, 24_000);
    play('a', samples.slice(0, 0.3 * 24_000));
    await parts.until(() => speaker.stats.underruns === 1);
    const until = (window as PartsWindow).tap.context().currentTime + 0.2;
    await parts.until(() => (window as PartsWindow).tap.context().currentTime >= until);
    play('a', samples.slice(0.3 * 24_000));
    speaker.endTurn('a');
    await parts.until(() => events.length === 2);
    return { events, stats: speaker.stats };
  });
  expect(events).toEqual(['start a', 'played a 800']);
  const { samples } = await readTap(page);
  const sound = samples.subarray(samples.findIndex(Boolean), samples.findLastIndex(Boolean) + 1);
  const gaps = zeroRuns(sound, 24);
  expect(gaps).toHaveLength(1);
  expect(stats.underruns).toBe(1);
  const gapMs = (gaps[0] ?? 0) / 24;
  expect(gapMs).toBeGreaterThan(200);
  expect(Math.abs(gapMs - stats.underrunMs)).toBeLessThan(2);
  const steps = sound.map((sample, index) => Math.abs(sample - (sound[index - 1] ?? sample)));
  expect(Math.max(...steps)).toBeLessThan(0.05);
});

test('[SPK8] the volume is that of what is played, without a click', async () => {
  const page = await openPage();
  await page.evaluate(async () => {
    const { parts, tap } = window as PartsWindow;
    const { speaker, events, play } = await parts.startSpeaker(24_000, { volume: 0.5 });
    play('a', parts.tone(24_000, 24_000));
    speaker.endTurn('a');
    const at = tap.context().currentTime + 0.4;
    await parts.until(() => tap.context().currentTime >= at);
    speaker.setVolume(0);
    await parts.until(() => events.length === 2);
  });
  const { samples } = await readTap(page);
  const sound = samples.subarray(samples.findIndex(Boolean));
  expect(Math.max(...sound.subarray(0, 5000))).toBeCloseTo(0.15, 3);
  expect(Math.max(...sound.subarray(18_000).map(Math.abs))).toBeLessThan(0.001);
  const steps = sound.map((sample, index) => Math.abs(sample - (sound[index - 1] ?? sample)));
  expect(Math.max(...steps)).toBeLessThan(0.02);
});

test('[SPK11] stopped, it answers a flush, and it can be opened again', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts } = window as PartsWindow;
    const { speaker, play } = await parts.startSpeaker(24_000);
    play('a', parts.tone(24_000, 24_000));
    const flushed = speaker.flush();
    await speaker.stop();
    await speaker.stop();
    const cut = await flushed;
    const afterStop = await speaker.flush();
    await speaker.open();
    const opened = speaker.open();
    const late = await opened.then(() => 'opened');
    const first = speaker.open().catch((error: Error) => error.name);
    await speaker.stop();
    return { cut, afterStop, late, first: await first };
  });
  expect(result).toEqual({ cut: [], afterStop: [], late: 'opened', first: 'AbortError' });
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

/** Lengths of the runs of zeros that are at least so long. */
function zeroRuns(samples: Float32Array, atLeast: number): number[] {
  const runs: number[] = [];
  let run = 0;
  for (const sample of samples) {
    if (sample === 0) run++;
    else {
      if (run >= atLeast) runs.push(run);
      run = 0;
    }
  }
  return runs;
}
