// A whole conversation in a real browser, with the gateway and its echo.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, pcmToSamples } from '@speko/audio';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchChromium } from '../helpers/chromium.ts';
import { writeMicrophoneFile } from '../helpers/microphone-file.ts';
import { servePage } from '../helpers/serve-page.ts';
import { startEchoGateway, type EchoGateway } from '../helpers/start-echo-gateway.ts';
import type { TalkWindow } from '../pages/talk.ts';

const SPEECH = join(import.meta.dirname, '..', '..', '..', 'assets', 'speech.wav');

/** The speech has pauses, and this is before the first. */
const FIRST_SENTENCE_MS = 1_200;

async function untilFinal(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    (window as TalkWindow).talk.conversation?.transcript.some(({ role, final }) => role === 'assistant' && final),
  );
}

/** A page that is connected and hears the bundled speech, or as much of it, once. */
async function startTalk(speechMs: number, use: (page: Page, gateway: EchoGateway) => Promise<void>): Promise<void> {
  const speech = decodeWav(await readFile(SPEECH));
  await using file = await writeMicrophoneFile(pcmToSamples(speech.pcm).subarray(0, speechMs * 24), 24_000);
  await using site = await servePage({ script: 'talk.ts' });
  await using gateway = await startEchoGateway(site.url.slice(0, -1));
  await using chromium = await launchChromium({ microphone: file.path });
  const page = await chromium.newPage();
  await page.exposeFunction('mint', () => gateway.mint());
  await page.goto(site.url);
  await page.evaluate(async () => {
    const { talk, mint } = window as TalkWindow & { mint: () => Promise<never> };
    talk.conversation = await talk.startConversation({ getSession: mint });
    const { conversation } = talk;
    conversation.on('mode', (mode) => talk.seen.push(mode));
    conversation.on('sent', (frame) => frame['t'] === 'playback' && talk.seen.push(frame));
    conversation.on('audio', ({ pcm }) => {
      talk.audioMs += pcm.byteLength / 48;
      talk.buffers.push([pcm.byteOffset, pcm.buffer.byteLength - pcm.byteLength]);
    });
  });
  await use(page, gateway);
}

test('[CV1] [CV5] [CV10] [CV23] what is said is echoed, heard to its end, reported to the millisecond, and final', async () => {
  await startTalk(FIRST_SENTENCE_MS, async (page) => {
    await untilFinal(page);
    const { seen, audioMs, buffers, transcript } = await page.evaluate(() => {
      const { seen, audioMs, buffers, conversation } = (window as TalkWindow).talk;
      return { seen, audioMs, buffers, transcript: conversation?.transcript };
    });
    expect(new Set(buffers.map(String))).toEqual(new Set(['0,0']));
    expect(seen.slice(0, 4)).toEqual([
      'thinking',
      'speaking',
      { t: 'playback', turn: 'a1', playedMs: Math.round(audioMs) },
      'listening',
    ]);
    expect(transcript?.slice(0, 2)).toMatchObject([
      { role: 'user', final: true, interrupted: false },
      { role: 'assistant', final: true, interrupted: false },
    ]);
  });
});

test('[CV5] [CV7] [CV10] who goes on speaking is listened to: the echo falls silent and says how much of it was heard', async () => {
  await startTalk(10_000, async (page) => {
    await untilFinal(page);
    const { seen, transcript } = await page.evaluate(() => {
      const { seen, conversation } = (window as TalkWindow).talk;
      return { seen, transcript: conversation?.transcript };
    });
    expect(seen.slice(0, 4)).toEqual([
      'thinking',
      'speaking',
      'listening',
      { t: 'playback', turn: 'a1', playedMs: expect.any(Number) as number },
    ]);
    expect(transcript?.[1]).toMatchObject({ role: 'assistant', final: true, interrupted: true });
  });
});

test('[CV11] [CV19] an interruption tells what was heard, and the end leaves nothing open', async () => {
  await startTalk(FIRST_SENTENCE_MS, async (page, gateway) => {
    // The level is told with what was rendered, so by then some of the answer has been heard.
    await page.waitForFunction(() => ((window as TalkWindow).talk.conversation?.outputLevel ?? 0) > 0);
    const outcome = await page.evaluate(async () => {
      const { conversation } = (window as TalkWindow).talk;
      if (conversation === undefined) throw new Error('There is no conversation.');
      const sent = new Promise<Readonly<Record<string, unknown>>>((resolve) =>
        conversation.on('sent', (frame) => frame['t'] === 'interrupt' && resolve(frame)),
      );
      conversation.interrupt();
      const { t, playedMs } = await sent;
      const { sessionId } = conversation;
      await conversation.end();
      return { t, playedMs, sessionId, mode: conversation.mode, status: conversation.status };
    });
    expect(outcome).toMatchObject({ t: 'interrupt', mode: 'listening', status: 'ended' });
    // To the millisecond it is proven in barge-in.browser.test.ts; here it is neither nothing nor the whole answer.
    expect(outcome.playedMs).toBeGreaterThan(0);
    expect(outcome.playedMs).toBeLessThan(FIRST_SENTENCE_MS);
    expect(await gateway.record(outcome.sessionId ?? '')).toMatchObject({ endReason: 'client_closed' });
  });
});
