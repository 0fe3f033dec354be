// The example as a user runs it: its own back end, a gateway with the echo, and a click in a real browser.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeWav, pcmToSamples } from '@speko/audio';
import { startGateway, type RunningGateway } from '@speko/gateway';
import { launchChromium, type ChromiumOptions } from '@speko/tests-browser/helpers/chromium.ts';
import { writeMicrophoneFile } from '@speko/tests-browser/helpers/microphone-file.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

const SPEECH = join(import.meta.dirname, '..', '..', 'assets', 'speech.wav');
/** The speech has pauses, and this is before the first. */
const FIRST_SENTENCE_MS = 1_200;

let folder: string;
let gateway: RunningGateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'speko-button-'));
  gateway = await startGateway({
    env: {
      PORT: '0',
      SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`,
      LOG_LEVEL: 'silent',
    },
  });
});
afterAll(async () => {
  await gateway?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a click starts a call that is heard and captioned, a second click ends it, and the key stays in the back end', async () => {
  const speech = decodeWav(await readFile(SPEECH));
  const samples = pcmToSamples(speech.pcm).subarray(0, FIRST_SENTENCE_MS * 24);
  await using microphone = await writeMicrophoneFile(samples, speech.sampleRateHz);
  await using opened = await openPage({ microphone: microphone.path });
  const { page, errors } = opened;
  const answers: Promise<string>[] = [];
  page.on('response', (response) => answers.push(response.text()));
  const minted = page.waitForResponse('**/session');

  await page.getByRole('button', { name: 'Talk' }).click();
  const { sessionId } = await (await minted).json();
  await page.getByRole('status').getByText('Listening').waitFor();
  await page.getByRole('button', { name: 'Hang up' }).waitFor();
  await page.getByRole('status').getByText('Speaking').waitFor();
  await page.getByRole('status').getByText('Listening').waitFor();
  const captions = await page.getByRole('list', { name: 'Captions' }).getByRole('listitem').allTextContents();
  const loudest = await page.evaluate(() => (window as unknown as MeasuredWindow).loudest);

  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByRole('button', { name: 'Talk' }).waitFor();

  expect(captions.slice(0, 2)).toEqual([
    expect.stringMatching(/^You: \(\d\.\d s of speech\)$/),
    expect.stringMatching(/^Assistant: echo: \d\.\d s of speech$/),
  ]);
  expect(loudest).toBeGreaterThan(0.1);
  expect(await recordOf(sessionId)).toMatchObject({ endReason: 'client_closed' });
  expect((await Promise.all(answers)).join('')).toContain('wsToken');
  expect((await Promise.all(answers)).join('')).not.toContain(gateway.apiKey);
  // A violation of the page's policy would be among them.
  expect(errors).toEqual([]);
});

test('a microphone that is blocked is a sentence that says what to do, and the button can be pressed again', async () => {
  await using opened = await openPage({ permission: 'deny' });
  const { page } = opened;
  await page.getByRole('button', { name: 'Talk' }).click();
  await page
    .getByRole('alert')
    .getByText('The microphone is blocked for this site. Allow it in the address bar and try again.')
    .waitFor();
  expect(await page.getByRole('button', { name: 'Talk' }).isEnabled()).toBe(true);
});

test('a back end whose key is refused is a sentence too', async () => {
  await using opened = await openPage({}, 'not-a-key');
  const { page } = opened;
  await page.getByRole('button', { name: 'Talk' }).click();
  await page.getByRole('alert').getByText('The call was not started. Try again.').waitFor();
});

test('the page works by keyboard, and fits a small phone', async () => {
  await using opened = await openPage({});
  const { page } = opened;
  await page.setViewportSize({ width: 320, height: 568 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByRole('status').getByText('Listening').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('Press the button and speak.').waitFor();
});

/** The page in a browser of its own, from a back end of its own. Sound needs a click, as in a user's browser. */
async function openPage(
  browser: ChromiumOptions,
  apiKey = gateway.apiKey,
): Promise<AsyncDisposable & { page: Page; errors: string[] }> {
  await using cleanup = new AsyncDisposableStack();
  const backEnd = cleanup.use(await startBackEnd(apiKey));
  const chromium = cleanup.use(await launchChromium({ autoplay: false, ...browser }));
  const page = await chromium.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.addInitScript(measureLoudness);
  await page.goto(backEnd.url);
  const rest = cleanup.move();
  return { page, errors, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

async function startBackEnd(apiKey: string): Promise<AsyncDisposable & { url: string }> {
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'], PORT: '0', SPEKO_API_KEY: apiKey, SPEKO_BASE_URL: gateway.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text));
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => Promise.reject(new Error(`The back end did not start:\n${complaints}`))),
  ]);
  return {
    url: String(line).replace('Open ', ''),
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}

/** The record of a session once it is over: its event stream closes then. */
async function recordOf(sessionId: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${gateway.apiKey}` };
  await (await fetch(`${gateway.url}/v1/sessions/${sessionId}/stream`, { headers })).text();
  return (await fetch(`${gateway.url}/v1/sessions/${sessionId}`, { headers })).json();
}

interface MeasuredWindow {
  /** The loudest sample that the page has played so far, 1 being full scale. */
  loudest: number;
}

/** Runs in the page, before it. An analyser needs no code of its own on the audio thread, which the page's policy would refuse. */
function measureLoudness(): void {
  const measured = window as unknown as MeasuredWindow;
  measured.loudest = 0;
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, ...args: unknown[]) => AudioNode;
  AudioNode.prototype.connect = function measuredConnect(this: AudioNode, ...args: unknown[]) {
    if (args[0] instanceof AudioDestinationNode) {
      const analyser = new AnalyserNode(this.context, { fftSize: 32_768 });
      const samples = new Float32Array(analyser.fftSize);
      connect.call(this, analyser);
      setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        measured.loudest = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), measured.loudest);
      }, 100);
    }
    return connect.apply(this, args);
  } as AudioNode['connect'];
}
