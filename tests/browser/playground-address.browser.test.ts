// The address that lets a browser in, as a person opens it, and what is there for those who have another.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, type Chromium } from './helpers/chromium.ts';
import { openPlayground } from './helpers/playground-page.ts';
import { startPlayground, type PlaygroundServer } from './helpers/start-playground.ts';

/** Not under version control; continuous integration keeps it beside the run. */
const PICTURES = join(import.meta.dirname, '..', '..', 'test-output', 'playground');

let server: PlaygroundServer;
let chromium: Chromium;
let axe: string;
beforeAll(async () => {
  axe = await readFile(fileURLToPath(import.meta.resolve('axe-core')), 'utf8');
  server = await startPlayground();
  chromium = await launchChromium();
  await mkdir(PICTURES, { recursive: true });
});
afterAll(async () => {
  await chromium?.close();
  await server?.[Symbol.asyncDispose]();
});

test('[PG10] the token is neither in the address bar nor in the history, and the browser stays let in', async () => {
  const page = await chromium.newPage();
  await using playground = await openPlayground(page, server.url);
  await playground.untilStatus('Ready when you are');
  const plain = new URL('/', server.url).href;
  expect(page.url()).toBe(plain);
  await page.goto('about:blank');
  await page.goBack();
  expect(page.url()).toBe(plain);
  await playground.untilStatus('Ready when you are');
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: `speko-page-${server.port}`, httpOnly: true, sameSite: 'Lax', secure: false });
});

const looks = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { look: 'small', colorScheme: 'light', viewport: { width: 375, height: 700 } },
] as const;

test.each(looks)('[PG11] the plain address says where the right one is: $look', async ({ look, ...context }) => {
  const page = await chromium.browser.newPage(context);
  const plain = new URL('/', server.url).href;
  await page.goto(plain);
  await page.getByRole('alert').getByRole('heading', { name: 'Open this page by its own address' }).waitFor();
  expect(await page.getByTestId('locked').innerText()).toContain(`Talk to it: ${plain}?token=…`);
  expect(await page.getByTestId('talk').count()).toBe(0);
  await page.screenshot({ path: join(PICTURES, `locked-${look}.png`), fullPage: true });
  // Evaluated like a command of the developer tools, which no Content-Security-Policy keeps out.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.context().close();
});

test('[PG11] a wrong token leaves the address bar, and once the right one was opened elsewhere the page works', async () => {
  const context = await chromium.browser.newContext();
  const page = await context.newPage();
  const wrong = new URL('/?token=page_0123&provider=echo', server.url).href;
  expect((await page.goto(wrong))?.status()).toBe(403);
  await page.getByTestId('locked').waitFor();
  expect(page.url()).toBe(new URL('/?provider=echo', server.url).href);

  const other = await context.newPage();
  await other.goto(server.url);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByTestId('status').filter({ hasText: 'Ready when you are' }).waitFor();
  await context.close();
});
