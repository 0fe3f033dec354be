// A call on the gateway's own page whose devices change, and whose user wants not to be heard for a while.
import { synthesiseVoice } from '@speko/simulator-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, type Chromium } from './helpers/chromium.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './helpers/microphone-file.ts';
import { audioIn, expectNoComplaints, openPlayground, type Wire } from './helpers/playground-page.ts';
import { startPlayground, type PlaygroundServer } from './helpers/start-playground.ts';
import type { PageTap } from './helpers/tap.ts';

type SpiedWindow = Window & typeof globalThis & { tap: PageTap; tracks: MediaStreamTrack[] };

let chatter: MicrophoneFile;
let server: PlaygroundServer;
let chromium: Chromium;
beforeAll(async () => {
  chatter = await writeMicrophoneFile(synthesiseVoice('Somebody who never stops to talk. '.repeat(10)), 24_000);
  server = await startPlayground();
  chromium = await launchChromium({ microphone: chatter.path });
});
afterAll(async () => {
  await chromium?.close();
  await server?.[Symbol.asyncDispose]();
  await chatter?.remove();
});

test('[MIC4] [SPK10] other devices can be chosen in the middle of a call, which goes on', async () => {
  const page = await chromium.newPage();
  await page.addInitScript(spyOnTracks);
  await using playground = await openPlayground(page, server.url);
  await playground.start();
  const [wire] = playground.wires as [Wire];
  await untilSent(wire, isLoud);

  await page.getByTestId('microphone').selectOption({ label: 'Fake Audio Input 2' });
  await page.waitForFunction(() => {
    const live = (window as unknown as SpiedWindow).tracks.filter(({ readyState }) => readyState === 'live');
    return live.length === 1 && live[0]?.label === 'Fake Audio Input 2';
  });
  await untilSent(wire, isLoud);
  await page.getByTestId('speaker').selectOption({ label: 'Fake Audio Output 1' });
  const chosen = await page.getByTestId('speaker').inputValue();
  await page.waitForFunction(
    (id) => ((window as unknown as SpiedWindow).tap.context() as AudioContext & { sinkId: string }).sinkId === id,
    chosen,
  );

  expect(chosen).not.toBe('');
  await playground.untilCall('connected');
  expect(playground.wires).toHaveLength(1);
  expect(await playground.notice.innerText()).toBe('');
  expectNoComplaints(playground);
});

test('[MIC3] [UI3] muted, silence is sent in the place of the voice; afterwards the voice again', async () => {
  const page = await chromium.newPage();
  await using playground = await openPlayground(page, server.url);
  await playground.start();
  const [wire] = playground.wires as [Wire];
  await untilSent(wire, isLoud);
  const level = page.getByTestId('level-input');
  await page.getByRole('button', { name: 'Mute', exact: true }).click();
  await playground.untilStatus('You are muted');
  expect(await level.innerText()).toBe('You, muted');
  await untilSent(wire, isSilent);
  await untilSent(wire, isSilent);
  // Whoever speaks: the status is not about the user then, and the level still is.
  await playground.say('Something long, which takes the assistant a while to say');
  await playground.untilStatus('Assistant is speaking');
  expect(await level.innerText()).toBe('You, muted');
  await page.getByRole('button', { name: 'Unmute', exact: true }).click();
  await untilSent(wire, isLoud);
  expect(await level.innerText()).toBe('You');
  expect(await page.getByTestId('mute').innerText()).toBe('Mute');
  expectNoComplaints(playground);
});

/** Runs in the page. */
function spyOnTracks(): void {
  const tracks: MediaStreamTrack[] = [];
  Object.assign(window, { tracks });
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

/** Waits until half a second of audio that leaves after now is as it should be. */
async function untilSent(wire: Wire, isRight: (samples: Int16Array) => boolean): Promise<void> {
  const from = wire.sent.length;
  await expect
    .poll(
      () => {
        const recent = audioIn(wire.sent.slice(from)).subarray(-12_000);
        return recent.length === 12_000 && isRight(recent);
      },
      { timeout: 15_000 },
    )
    .toBe(true);
}

function isLoud(samples: Int16Array): boolean {
  return samples.some((sample) => Math.abs(sample) > 1000);
}

function isSilent(samples: Int16Array): boolean {
  return samples.every((sample) => sample === 0);
}
