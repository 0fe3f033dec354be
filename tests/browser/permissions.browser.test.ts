// Every way in which a browser refuses the microphone, as the code that tells the user what to do.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchChromium, type Chromium, type ChromiumOptions } from './helpers/chromium.ts';
import { servePage, type ServePageOptions } from './helpers/serve-page.ts';
import type { PartsWindow } from './pages/parts.ts';

test('[MIC5] blocked for this site', async () => {
  const problem = await openMicrophone({ permission: 'deny' });
  expect(problem).toEqual({
    code: 'MIC_DENIED',
    cause: 'NotAllowedError',
    message: 'The microphone is blocked for this site. Allow it in the address bar and try again.',
    live: 0,
    running: 0,
  });
});

test('[MIC5] the question was closed without an answer', async () => {
  const problem = await openMicrophone({}, {}, async (page) => {
    // What a browser does whose user closes the question.
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Permission dismissed', 'NotAllowedError'));
      navigator.permissions.query = () => Promise.resolve({ state: 'prompt' } as PermissionStatus);
    });
  });
  expect(problem).toMatchObject({ code: 'MIC_DISMISSED', cause: 'NotAllowedError' });
});

test('[MIC5] no microphone at all', async () => {
  const problem = await openMicrophone({ hasMicrophone: false });
  expect(problem).toMatchObject({ code: 'MIC_NOT_FOUND', cause: 'NotFoundError', live: 0 });
});

test('[MIC5] kept from the page by the policy of the page', async () => {
  const problem = await openMicrophone({}, { permissionsPolicy: 'microphone=()' });
  expect(problem).toMatchObject({ code: 'MIC_BLOCKED_BY_PAGE', cause: 'NotAllowedError' });
});

test.each([
  ['NotReadableError', 'Could not start audio source', 'MIC_IN_USE'],
  ['AbortError', 'Starting audio input failed', 'MIC_IN_USE'],
  ['NotAllowedError', 'Permission denied by system', 'MIC_BLOCKED_BY_SYSTEM'],
])('[MIC5] %s “%s” is %s', async (name, message, code) => {
  const problem = await openMicrophone({}, {}, async (page) => {
    await page.evaluate(
      (error) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException(error.message, error.name));
      },
      { name, message },
    );
  });
  expect(problem).toMatchObject({ code, cause: name });
});

test('[MIC5] a page that is not secure', async () => {
  await using site = await servePage({ script: 'parts.ts' });
  await using chromium = await launchChromium({ args: ['--host-resolver-rules=MAP example.test 127.0.0.1'] });
  const page = await chromium.newPage();
  await page.goto(`http://example.test:${site.port}/`);
  const codes = await page.evaluate(async () => {
    const { parts } = window as PartsWindow;
    const codeOf = (opened: Promise<void>): Promise<string> => opened.then(() => 'opened').catch(({ code }) => code);
    return [await codeOf(new parts.Microphone().open()), await codeOf(new parts.Speaker().open())];
  });
  expect(codes).toEqual(['INSECURE_CONTEXT', 'INSECURE_CONTEXT']);
});

test('[MIC6] taken away in the middle of a call', async () => {
  await using site = await servePage({ script: 'parts.ts' });
  await using chromium = await launchChromium({ permission: 'ask' });
  const page = await chromium.newPage();
  await page.context().grantPermissions(['microphone'], { origin: site.url });
  await page.goto(site.url);
  await page.evaluate(async () => void (await (window as PartsWindow).parts.recordMicrophone(16_000)));
  await revoke(page, chromium, site.url);
  const problems = await page.evaluate(async () => {
    const { parts, recording } = window as PartsWindow;
    await parts.until(() => recording.problems.length > 0);
    await recording.microphone.stop();
    return recording.problems;
  });
  expect(problems).toEqual(['MIC_REVOKED']);
});

async function revoke(page: Page, chromium: Chromium, origin: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const { targetInfo } = await cdp.send('Target.getTargetInfo');
  const browserCdp = await chromium.browser.newBrowserCDPSession();
  await browserCdp.send('Browser.setPermission', {
    permission: { name: 'microphone' },
    setting: 'denied',
    origin,
    browserContextId: targetInfo.browserContextId ?? '',
  });
}

/** What became of opening the microphone, and what of the page's tracks and contexts is left. */
async function openMicrophone(
  browser: ChromiumOptions,
  pageOptions: Partial<ServePageOptions> = {},
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Record<string, unknown>> {
  await using site = await servePage({ script: 'parts.ts', ...pageOptions });
  await using chromium = await launchChromium(browser);
  const page = await chromium.newPage();
  await page.goto(site.url);
  await prepare(page);
  return await page.evaluate(async () => {
    const { parts, tracks, contexts } = window as PartsWindow;
    const error: unknown = await new parts.Microphone().open().catch((cause: unknown) => cause);
    if (!(error instanceof parts.ConversationError)) return { opened: true };
    return {
      code: error.code,
      message: error.message,
      cause: (error.cause as DOMException).name,
      live: tracks.filter(({ readyState }) => readyState === 'live').length,
      running: contexts.filter(({ state }) => state !== 'closed').length,
    };
  });
}
