// A whole call on the gateway's own page without a pointer.
import { synthesiseVoice } from '@speko/simulator-kit';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchChromium } from './helpers/chromium.ts';
import { writeMicrophoneFile } from './helpers/microphone-file.ts';
import { audioIn, expectNoComplaints, framesIn, openPlayground } from './helpers/playground-page.ts';
import { startPlayground } from './helpers/start-playground.ts';

test('[CV13] by keyboard alone: a call is started, talked to by holding Space, typed to, and ended', async () => {
  await using file = await writeMicrophoneFile(
    synthesiseVoice('Somebody who never stops to talk. '.repeat(10)),
    24_000,
  );
  await using server = await startPlayground();
  await using chromium = await launchChromium({ microphone: file.path });
  const page = await chromium.newPage();
  const { keyboard } = page;
  await using playground = await openPlayground(page, server.url, { turnTaking: 'hold' });
  await playground.untilStatus('Ready when you are');

  await tabTo(page, 'talk');
  await keyboard.press('Enter');
  await playground.untilStatus('Hold the button and speak');
  expect(await focusedTestId(page)).toBe('talk');

  await tabTo(page, 'hold');
  const [wire] = playground.wires;
  await keyboard.down('Space');
  await playground.untilStatus('Listening, let go to send');
  await expect
    .poll(() => audioIn(wire?.sent ?? []).filter((sample) => Math.abs(sample) > 1000).length)
    .toBeGreaterThan(5000);
  await keyboard.up('Space');
  await playground.assistantCaptions
    .filter({ hasText: 'of speech' })
    .and(page.locator('[data-final="true"]'))
    .waitFor();
  expect(framesIn(wire?.sent ?? [], 'control')).toEqual([{ t: 'control', action: 'commit' }]);

  await tabTo(page, 'message');
  await keyboard.type('Hello');
  await keyboard.press('Enter');
  await playground.assistantCaptions.filter({ hasText: 'echo: Hello' }).waitFor();

  await tabTo(page, 'talk', 'Shift+Tab');
  await keyboard.press('Enter');
  await playground.untilStatus('Call ended');
  expect(await focusedTestId(page)).toBe('talk');
  expectNoComplaints(playground);
});

/** Presses Tab until the element has the focus; the page has fewer than fifty places to be. */
async function tabTo(page: Page, testId: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 50; presses++) {
    if ((await focusedTestId(page)) === testId) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab does not lead to ${testId}.`);
}

function focusedTestId(page: Page): Promise<string | undefined> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['testid']);
}
