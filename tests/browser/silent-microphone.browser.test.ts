import { expect, test } from 'vitest';
import { launchChromium } from './helpers/chromium.ts';
import { writeMicrophoneFile } from './helpers/microphone-file.ts';
import { servePage } from './helpers/serve-page.ts';
import type { PartsWindow } from './pages/parts.ts';

const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

test('[MIC7] a microphone that delivers nothing but zeros is reported after 8 s', async () => {
  await using file = await writeMicrophoneFile(new Int16Array(48_000 * 15), 48_000);
  await using site = await servePage({ script: 'parts.ts' });
  await using chromium = await launchChromium({ microphone: file.path });
  const page = await chromium.newPage();
  await page.goto(site.url);
  const { problems, silentMs } = await page.evaluate(async (options) => {
    const { parts } = window as PartsWindow;
    const { microphone, problems, chunks } = await parts.recordMicrophone(16_000, options);
    await parts.until(() => problems.length > 0);
    const silentMs = chunks.length * 20;
    await microphone.stop();
    return { problems, silentMs };
  }, PLAIN);
  expect(problems).toEqual(['MIC_SILENT']);
  expect(silentMs).toBeGreaterThanOrEqual(8000);
});
