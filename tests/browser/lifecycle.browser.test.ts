// Gestures, and what is left behind.
import { expect, test } from 'vitest';
import { launchChromium } from './helpers/chromium.ts';
import { servePage } from './helpers/serve-page.ts';
import { installTap } from './helpers/tap.ts';
import type { PartsWindow } from './pages/parts.ts';

test('[SPK9] sound that waits for a click is reported, nothing of it is lost, and a click lets it out', async () => {
  await using site = await servePage({ script: 'listen-only.ts', html: '<p style="height: 500px">Click here</p>' });
  await using chromium = await launchChromium({ autoplay: false });
  const page = await chromium.newPage();
  const reports: string[] = [];
  let arrived = (): void => {};
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname === '/report') reports.push(search.slice(1));
    arrived();
  });
  const until = async (what: string): Promise<void> => {
    while (!reports.includes(what)) await new Promise<void>((resolve) => (arrived = resolve));
  };
  await page.goto(site.url);
  await until('output_blocked');
  expect(reports).toEqual(['ready', 'blocked-true', 'output_blocked']);
  await page.mouse.click(100, 100);
  await until('played-100');
  await until('unblocked');
  expect(reports.slice(3).filter((report) => report !== 'unblocked')).toEqual([
    'blocked-false',
    'started',
    'played-100',
  ]);
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
    for (const wait of [0, 1, 3, 10, 30]) {
      const opening = microphone.open().then(
        () => 'opened',
        ({ name }: Error) => name,
      );
      await new Promise((resolve) => setTimeout(resolve, wait));
      await microphone.stop();
      names.push(await opening);
    }
    return {
      names: [...new Set(names)],
      live: tracks.filter(({ readyState }) => readyState === 'live').length,
      open: contexts.filter(({ state }) => state !== 'closed').length,
    };
  });
  expect(result.names).toContain('AbortError');
  expect(result).toMatchObject({ live: 0, open: 0 });
});
