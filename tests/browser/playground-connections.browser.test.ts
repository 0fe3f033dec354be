// Calls on the gateway's own page that do not go as planned: no microphone, a reload, a connection that breaks.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, type Chromium } from './helpers/chromium.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './helpers/microphone-file.ts';
import { expectNoComplaints, openPlayground } from './helpers/playground-page.ts';
import { startPlayground, type PlaygroundServer } from './helpers/start-playground.ts';
import { startProxy } from './helpers/start-proxy.ts';

let silence: MicrophoneFile;
let server: PlaygroundServer;
let chromium: Chromium;
beforeAll(async () => {
  silence = await writeMicrophoneFile(new Int16Array(2400), 24_000);
  server = await startPlayground();
  chromium = await launchChromium({ microphone: silence.path });
});
afterAll(async () => {
  await chromium?.close();
  await server?.[Symbol.asyncDispose]();
  await silence?.remove();
});

test('[MIC5] [CV2] without the permission for the microphone the page mints nothing and says what to do, and typing works', async () => {
  await using refusing = await launchChromium({ permission: 'deny' });
  const page = await refusing.newPage();
  const before = await server.sessionIds();
  await using playground = await openPlayground(page, server.url);
  await playground.talk.click();
  await playground.untilCall('ended');
  await playground.untilStatus('The call did not start');
  expect(await playground.notice.locator('p').innerText()).toBe(
    'The microphone is blocked for this site. Allow it in the address bar and try again.',
  );
  expect(await server.sessionIds()).toEqual(before);
  await page.getByRole('button', { name: 'Type instead' }).click();
  await playground.untilCall('connected');
  await playground.say('Hello');
  await playground.assistantCaptions.filter({ hasText: 'echo: Hello' }).waitFor();
  expect(await playground.notice.innerText()).toBe('');
  expectNoComplaints(playground);
});

test('[UI2] on a page that is not secure typing works, and is answered in writing', async () => {
  // An address of nobody, which this browser takes for the gateway's.
  const address = '198.51.100.7';
  await using elsewhere = await launchChromium({ args: [`--host-resolver-rules=MAP ${address} 127.0.0.1`] });
  const page = await elsewhere.newPage();
  const url = new URL(server.url);
  url.hostname = address;
  await using playground = await openPlayground(page, url.href);
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await playground.talk.click();
  await playground.untilCall('ended');
  expect(await playground.notice.locator('p').innerText()).toBe(
    'Microphone and sound work on secure pages only. Open this page over https.',
  );
  await page.getByRole('button', { name: 'Type instead' }).click();
  await playground.untilCall('connected');
  await page.getByText('On this page it can only be read, not heard.').waitFor();
  await playground.say('Hello');
  await playground.assistantCaptions
    .filter({ hasText: 'echo: Hello' })
    .and(page.locator('[data-final="true"]'))
    .waitFor();
  await playground.end();
  // The same by choice, from the start.
  await page.getByTestId('microphone').selectOption('none');
  await playground.start();
  await playground.say('Hello again');
  await playground.assistantCaptions.filter({ hasText: 'echo: Hello again' }).waitFor();
  expect(await playground.notice.innerText()).toBe('');
});

test.each([
  ['WORKLET_BLOCKED', () => void (AudioWorklet.prototype.addModule = () => Promise.reject(new Error('Blocked.')))],
  ['UNSUPPORTED', () => void Reflect.deleteProperty(window, 'AudioWorkletNode')],
])('[UI2] and so it does where a page can make no sound: %s', async (_, breakSound) => {
  const page = await chromium.newPage();
  await page.addInitScript(breakSound);
  await using playground = await openPlayground(page, server.url);
  await playground.talk.click();
  await playground.untilCall('ended');
  await page.getByRole('button', { name: 'Type instead' }).click();
  await playground.untilCall('connected');
  await playground.say('Hello');
  await playground.assistantCaptions.filter({ hasText: 'echo: Hello' }).waitFor();
  expect(await playground.notice.innerText()).toBe('');
});

test('[CV19] a page that is loaded again in the middle of a call ends that call, and can hold another', async () => {
  const page = await chromium.newPage();
  await using playground = await openPlayground(page, server.url);
  const before = await server.sessionIds();
  await playground.start();
  const first = (await server.sessionIds()).at(-1) ?? '';
  await page.reload();
  expect(await server.record(first)).toMatchObject({ status: 'ended', endReason: 'client_closed' });
  await playground.untilCall('idle');
  await playground.start();
  await playground.say('Once more');
  await playground.assistantCaptions.filter({ hasText: 'echo: Once more' }).waitFor();
  expect(await server.sessionIds()).toHaveLength(before.length + 2);
  expectNoComplaints(playground);
});

test('[CV15] a connection that breaks is replaced, and the conversation goes on', async () => {
  await using proxy = await startProxy(server.port);
  const page = await chromium.newPage();
  await page.addInitScript(noteStatuses);
  await using playground = await openPlayground(page, proxy.url + new URL(server.url).search);
  await playground.start();
  await playground.say('Before');
  await playground.assistantCaptions.filter({ hasText: 'echo: Before' }).waitFor();
  proxy.cut();
  const statuses = await page.waitForFunction(() => {
    const { statuses } = window as unknown as NotingWindow;
    return statuses.filter((status) => status === 'connected').length === 2 && statuses;
  });
  expect(await statuses.jsonValue()).toEqual(['idle', 'connecting', 'connected', 'reconnecting', 'connected']);
  await playground.say('After');
  await playground.assistantCaptions.filter({ hasText: 'echo: After' }).waitFor();
  expect(await playground.assistantCaptions.filter({ hasText: 'echo: Before' }).count()).toBe(1);
});

test('[CV18] without a network the page says so, and is back with the network', async () => {
  const page = await chromium.newPage();
  await using playground = await openPlayground(page, server.url);
  await playground.start();
  await page.context().setOffline(true);
  await playground.untilStatus('Connection lost. Connecting again…');
  await page.context().setOffline(false);
  await playground.untilCall('connected');
  await playground.say('Back again');
  await playground.assistantCaptions.filter({ hasText: 'echo: Back again' }).waitFor();
});

type NotingWindow = Window & { statuses: (string | undefined)[] };

/** Runs in the page: a connection may be replaced too fast for a test to see that it was gone. */
function noteStatuses(): void {
  const statuses: (string | undefined)[] = [];
  Object.assign(window, { statuses });
  new MutationObserver(() => {
    const { status } = document.querySelector<HTMLElement>('[data-status]')?.dataset ?? {};
    if (status !== undefined && status !== statuses.at(-1)) statuses.push(status);
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-status'] });
}
