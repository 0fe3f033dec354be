// The gateway's own page in each of its states: looked at by axe, and kept as pictures.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOpenAI } from '@speko/adapter-openai';
import { createOpenAISimulator } from '@speko/simulators/openai';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, type Chromium } from './helpers/chromium.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './helpers/microphone-file.ts';
import { expectNoComplaints, openPlayground, type PlaygroundPage } from './helpers/playground-page.ts';
import { startPlayground, type PlaygroundServer } from './helpers/start-playground.ts';
import type { PageTap } from './helpers/tap.ts';

type TappedWindow = Window & typeof globalThis & { tap: PageTap };

/** Not under version control; continuous integration keeps it beside the run. */
const PICTURES = join(import.meta.dirname, '..', '..', 'test-output', 'playground');

let silence: MicrophoneFile;
let server: PlaygroundServer;
let chromium: Chromium;
let axe: string;
beforeAll(async () => {
  axe = await readFile(fileURLToPath(import.meta.resolve('axe-core')), 'utf8');
  silence = await writeMicrophoneFile(new Int16Array(2400), 24_000);
  // An answer that is still being given while the page is looked at.
  const simulator = createOpenAISimulator({
    reply: ({ userText }) => ({ text: `You wrote “${userText}” ${'This goes on for a while. '.repeat(20)}` }),
  });
  server = await startPlayground([{ simulator, urlVariable: 'OPENAI_BASE_URL', path: '/v1' }]);
  chromium = await launchChromium({ microphone: silence.path });
  await mkdir(PICTURES, { recursive: true });
  process.stdout.write(`  Pictures of the page: ${PICTURES}\n`);
});
afterAll(async () => {
  await chromium?.close();
  await server?.[Symbol.asyncDispose]();
  await silence?.remove();
});

const looks = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  // The narrowest screen of the rules; what fits here fits on larger telephones.
  { look: 'small', colorScheme: 'light', viewport: { width: 320, height: 640 } },
] as const;

describe.each(looks)('$look', ({ look, ...context }) => {
  test('[UI5] [UI6] before, in and after a call', async () => {
    await using playground = await open();
    await playground.untilStatus('Ready when you are');
    await lookAt(playground, 'idle');
    const topOf = async (id: string) => (await playground.page.getByTestId(id).boundingBox())?.y ?? Infinity;
    expect(await topOf('provider')).toBeLessThan(await topOf('talk'));

    await playground.start();
    await playground.say('How are you?');
    await playground.untilStatus('Assistant is speaking');
    await lookAt(playground, 'in-call');

    await untilHeard(playground.page, 600);
    await playground.page.getByTestId('interrupt').click();
    await playground.assistantCaptions.and(playground.page.locator('[data-interrupted="true"]')).waitFor();
    await playground.end();
    await playground.page.getByText('Timeline as a table').click();
    await lookAt(playground, 'ended');
  });

  test('with an error', async () => {
    await using playground = await open();
    await playground.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
    });
    await playground.talk.click();
    await playground.untilCall('ended');
    await playground.notice.getByRole('button', { name: 'Type instead' }).waitFor();
    await lookAt(playground, 'error');
  });

  async function open(): Promise<PlaygroundPage> {
    const page = await chromium.browser.newPage(context);
    return openPlayground(page, server.url, { provider: 'openai', model: createOpenAI().exampleModel });
  }

  async function lookAt(playground: PlaygroundPage, state: string): Promise<void> {
    const { page } = playground;
    await page.screenshot({ path: join(PICTURES, `${state}-${look}.png`), fullPage: true });
    expect(await findViolations(page)).toEqual([]);
    // Nothing sticks out at the side.
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await page.evaluate(findMisfits)).toEqual([]);
    expectNoComplaints(playground);
  }
});

/** Waits until the output has come so much further: of an answer that is cut at once no word was heard, and none is shown. */
async function untilHeard(page: Page, ms: number): Promise<void> {
  const from = await page.evaluate(() => (window as TappedWindow).tap.context().currentTime);
  await page.waitForFunction((until) => (window as TappedWindow).tap.context().currentTime >= until, from + ms / 1000);
}

/** Runs in the page. What sticks out of its card, and labels of the timeline that run into each other. */
function findMisfits(): string[] {
  const isClipped = (element: Element): boolean =>
    element.closest('.captions, .frame-list, .timeline-scroller, .table-scroller, select, .visually-hidden') !== null;
  const outside = [...document.querySelectorAll('.card')].flatMap((card) => {
    const { left, right } = card.getBoundingClientRect();
    return [...card.querySelectorAll('*')].filter((element) => {
      const box = element.getBoundingClientRect();
      return !isClipped(element) && box.width > 1 && (box.left < left - 0.5 || box.right > right + 0.5);
    });
  });
  const labels = [...document.querySelectorAll('.wait-label')]
    .map((label) => label.getBoundingClientRect())
    .filter(({ width }) => width > 0);
  const collisions = labels.filter((one, index) =>
    labels.some((other, at) => at > index && one.left < other.right && other.left < one.right),
  );
  return [
    ...outside.map((element) => `sticks out: ${element.outerHTML.slice(0, 200)}`),
    ...collisions.map(({ left }) => `a label at ${left} px runs into another`),
  ];
}

/** What axe finds, each with the elements it is about. */
async function findViolations(page: Page): Promise<string[]> {
  // Evaluated like a command of the developer tools, which no Content-Security-Policy keeps out.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
}
