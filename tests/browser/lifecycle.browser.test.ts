// Gestures, and what is left behind.
import { expect, test } from 'vitest';
import { launchChromium } from './helpers/chromium.ts';
import { servePage } from './helpers/serve-page.ts';
import { installTap } from './helpers/tap.ts';
import type { PartsWindow } from './pages/parts.ts';

test('[SPK9] sound that waits for a click is reported, nothing of it is lost, and a click lets it out', async () => {
  await using listener = await openListenOnly();
  const { page, reports, until } = listener;
  await until('OUTPUT_BLOCKED');
  expect(reports).toEqual(['ready', 'blocked-true', 'OUTPUT_BLOCKED']);
  await page.mouse.click(100, 100);
  await until('played-100');
  await until('unblocked');
  expect(reports.slice(3).filter((report) => report !== 'unblocked')).toEqual([
    'blocked-false',
    'started',
    'played-100',
  ]);
});

test('[SPK9] what is held back can be flushed, and was not heard', async () => {
  await using listener = await openListenOnly('?flush');
  const { reports, until } = listener;
  await until('cut-1-0');
  await until('OUTPUT_BLOCKED');
  expect(reports).not.toContain('started');
});

test('[MIC8] [SPK11] after fifty calls no track is live and no context is open', async () => {
  await using site = await servePage({ script: 'parts.ts' });
  await using chromium = await launchChromium();
  const page = await chromium.newPage();
  await installTap(page);
  await page.goto(site.url);
  const left = await page.evaluate(async () => {
    const { parts, tracks, contexts } = window as PartsWindow;
    const microphone = new parts.Microphone();
    const speaker = new parts.Speaker();
    let mostOpen = 0;
    for (let call = 0; call < 50; call++) {
      await Promise.all([microphone.open(), speaker.open()]);
      microphone.start(16_000, { onChunk: () => {}, onProblem: () => {} });
      mostOpen = Math.max(mostOpen, contexts.filter(({ state }) => state !== 'closed').length);
      await Promise.all([microphone.stop(), speaker.stop()]);
    }
    return {
      calls: tracks.length,
      live: tracks.filter(({ readyState }) => readyState === 'live').length,
      open: contexts.filter(({ state }) => state !== 'closed').length,
      mostOpen,
    };
  });
  expect(left).toEqual({ calls: 50, live: 0, open: 0, mostOpen: 2 });
});

test('[MIC8] stopped while it is being opened, it lets go of all it had got', async () => {
  await using site = await servePage({ script: 'parts.ts' });
  await using chromium = await launchChromium();
  const page = await chromium.newPage();
  await page.goto(site.url);
  const result = await page.evaluate(async () => {
    const { parts, tracks, contexts } = window as PartsWindow;
    const microphone = new parts.Microphone();
    const names: string[] = [];
    for (const wait of [0, 1, 3, 10, 30, 'at once']) {
      const opening = microphone.open().then(
        () => 'opened',
        ({ name }: Error) => name,
      );
      // Not for something to happen: each wait is another moment of the opening to be stopped in.
      if (typeof wait === 'number') await new Promise((resolve) => setTimeout(resolve, wait));
      await microphone.stop();
      names.push(await opening);
    }
    return {
      atOnce: names.at(-1),
      names,
      live: tracks.filter(({ readyState }) => readyState === 'live').length,
      open: contexts.filter(({ state }) => state !== 'closed').length,
    };
  });
  expect(result.names).toContain('AbortError');
  expect(result).toMatchObject({ atOnce: 'AbortError', live: 0, open: 0 });
});

test('[MIC5] a microphone that no context takes is let go of, and said to be unsupported', async () => {
  await using site = await servePage({ script: 'parts.ts' });
  await using chromium = await launchChromium();
  const page = await chromium.newPage();
  await page.goto(site.url);
  const result = await page.evaluate(async () => {
    const { parts, tracks, contexts } = window as PartsWindow;
    const codeOf = (promise: Promise<void>): Promise<unknown> =>
      promise.then(
        () => 'none',
        ({ code }: { code?: string | number }) => code,
      );
    const refuse = (): never => {
      throw new DOMException('Other sample rate.', 'NotSupportedError');
    };
    const microphone = new parts.Microphone();
    const { AudioContext } = window;
    Object.assign(window, {
      AudioContext: function Refused() {
        refuse();
      },
    });
    const codes = [await codeOf(microphone.open())];
    Object.assign(window, { AudioContext });
    // The page's own class hides what the browser's has.
    Object.assign(AudioContext.prototype, { createMediaStreamSource: refuse });
    codes.push(await codeOf(microphone.open()));
    Reflect.deleteProperty(AudioContext.prototype, 'createMediaStreamSource');
    await microphone.open();
    Object.assign(AudioContext.prototype, { createMediaStreamSource: refuse });
    codes.push(await codeOf(microphone.setDevice('')));
    const states = tracks.map(({ readyState }) => readyState);
    await microphone.stop();
    return { codes, states, open: contexts.filter(({ state }) => state !== 'closed').length };
  });
  expect(result).toEqual({
    codes: [DOMException.NOT_SUPPORTED_ERR, 'UNSUPPORTED', 'UNSUPPORTED'],
    states: ['ended', 'ended', 'live', 'ended'],
    open: 0,
  });
});

/** A page that plays without having been clicked. It reports by requests: evaluating anything in it would be a click. */
async function openListenOnly(search = '') {
  const site = await servePage({ script: 'listen-only.ts', html: '<p style="height: 500px">Click here</p>' });
  const chromium = await launchChromium({ autoplay: false });
  const page = await chromium.newPage();
  const reports: string[] = [];
  let arrived = (): void => {};
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/report') reports.push(url.search.slice(1));
    arrived();
  });
  await page.goto(site.url + search);
  return {
    page,
    reports,
    until: async (what: string): Promise<void> => {
      while (!reports.includes(what)) await new Promise<void>((resolve) => (arrived = resolve));
    },
    [Symbol.asyncDispose]: async () => {
      await chromium.close();
      await site.close();
    },
  };
}
