// Calls on the gateway's own page, as it is served: what was said is heard and read, by each provider.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, pcmToSamples } from '@speko/audio';
import { synthesiseVoice } from '@speko/simulator-kit';
import { createGoogleSimulator } from '@speko/simulators/google';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { createXaiSimulator } from '@speko/simulators/xai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, type Chromium } from '../helpers/chromium.ts';
import { compareSound } from '../helpers/compare-sound.ts';
import { writeMicrophoneFile, type MicrophoneFile } from '../helpers/microphone-file.ts';
import { audioIn, expectNoComplaints, framesIn, openPlayground } from '../helpers/playground-page.ts';
import { startPlayground, type PlaygroundServer } from '../helpers/start-playground.ts';
import { readTap } from '../helpers/tap.ts';

const SPEECH = join(import.meta.dirname, '..', '..', '..', 'assets', 'speech.wav');
/** The speech has pauses, and this is before the first. */
const FIRST_SENTENCE_MS = 1_200;
const ANSWER = 'It is a fine day.';

const says = { reply: () => ({ text: ANSWER }), transcribe: () => 'Hello, this is a call through the gateway.' };
const vendors = [
  { id: 'openai', simulator: createOpenAISimulator(says), urlVariable: 'OPENAI_BASE_URL', path: '/v1' },
  { id: 'google', simulator: createGoogleSimulator(says), urlVariable: 'GEMINI_BASE_URL', path: '' },
  { id: 'xai', simulator: createXaiSimulator(says), urlVariable: 'XAI_BASE_URL', path: '/v1' },
];

let microphone: MicrophoneFile;
let server: PlaygroundServer;
let chromium: Chromium;
beforeAll(async () => {
  const speech = decodeWav(await readFile(SPEECH));
  microphone = await writeMicrophoneFile(pcmToSamples(speech.pcm).subarray(0, FIRST_SENTENCE_MS * 24), 24_000);
  server = await startPlayground(vendors);
  chromium = await launchChromium({ microphone: microphone.path });
});
afterAll(async () => {
  await chromium?.close();
  await server?.[Symbol.asyncDispose]();
  await microphone?.remove();
});

test('[PG3] a call with echo: what was said comes back, is heard as it was sent, and can be read', async () => {
  await using playground = await openPlayground(await chromium.newPage(), server.url);
  await playground.untilStatus('Ready when you are');
  await playground.start();
  await playground.assistantCaptions.and(playground.page.locator('[data-final="true"]')).waitFor();
  await playground.untilStatus('Listening');

  const [wire] = playground.wires;
  const sent = audioIn(wire?.received ?? []);
  const { samples, rateHz } = await readTap(playground.page);
  const { correlation } = compareSound(samples, sent, rateHz);
  expect(rateHz).toBe(24_000);
  expect(sent.length / 24).toBeGreaterThan(500);
  expect(correlation).toBeGreaterThanOrEqual(0.99);
  expect(await playground.userCaptions.allInnerTexts()).toEqual([expect.stringMatching(/s of speech/)]);
  expect(await playground.assistantCaptions.allInnerTexts()).toEqual([expect.stringMatching(/echo: .* s of speech/)]);
  await playground.end();
  await playground.untilStatus('Call ended');
  expectNoComplaints(playground);
});

test('[UI1] [UI4] [UI7] [UI8] a call with echo-tools: the words before the first, the tool behind its question, tokens summed', async () => {
  const page = await chromium.newPage();
  await using playground = await openPlayground(page, server.url, { tools: true });
  const captions = page.getByTestId('captions');
  expect(await captions.innerText()).toBe('Start a call and say something. Echo says it back. It needs no key.');
  await page.getByTestId('model').selectOption('echo-tools');
  await playground.start();
  await playground.assistantCaptions.and(page.locator('[data-final="true"]')).waitFor();
  const roles = captions.locator('article');
  expect(await roles.evaluateAll((all) => all.map((one) => one.dataset['role']))).toEqual([
    'user',
    'tool',
    'assistant',
  ]);
  const counts = framesIn(playground.wires[0]?.received ?? [], 'usage').map((usage) =>
    ['inputAudioTokens', 'inputTextTokens'].reduce((sum, name) => sum + Number(usage[name] ?? 0), 0),
  );
  expect(counts.length).toBeGreaterThan(1);
  const sum = counts.reduce((all, count) => all + count, 0);
  await page
    .getByTestId('figures')
    .getByText(new RegExp(`^${sum} / \\d+$`))
    .waitFor();
  await playground.end();
  expectNoComplaints(playground);
});

test.each(vendors)(
  '[PG3] a call with $id: the answer is heard as the provider sent it, and both sides can be read',
  async ({ id }) => {
    await using playground = await openPlayground(await chromium.newPage(), server.url);
    await playground.page.getByTestId('provider').selectOption(id);
    await playground.start();
    await playground.assistantCaptions.and(playground.page.locator('[data-final="true"]')).waitFor();
    await playground.untilStatus('Listening');

    const [wire] = playground.wires;
    const { samples, rateHz } = await readTap(playground.page);
    const spoken = synthesiseVoice(ANSWER);
    const played = compareSound(samples, spoken, rateHz);
    expect(audioIn(wire?.received ?? [])).toEqual(spoken);
    expect(played.correlation).toBeGreaterThanOrEqual(0.99);
    expect(played.longestGapMs).toBeLessThanOrEqual(3);
    expect(framesIn(wire?.sent ?? [], 'playback')).toMatchObject([{ playedMs: spoken.length / 24 }]);
    expect(await playground.userCaptions.allInnerTexts()).toEqual([expect.stringContaining(says.transcribe())]);
    expect(await playground.assistantCaptions.allInnerTexts()).toEqual([expect.stringContaining(ANSWER)]);
    await playground.end();
    expectNoComplaints(playground);
  },
);
