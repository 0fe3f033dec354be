// Where the code of the audio thread may come from under a Content-Security-Policy.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, type Chromium } from './helpers/chromium.ts';
import { servePage } from './helpers/serve-page.ts';
import type { PartsWindow } from './pages/parts.ts';
import type { TalkWindow } from './pages/talk.ts';

let chromium: Chromium;
beforeAll(async () => {
  chromium = await launchChromium();
});
afterAll(() => chromium?.close());

describe.each(["default-src 'self'", "script-src 'self'", "script-src 'self'; worker-src 'self' blob: data:"])(
  '%s',
  (csp) => {
    test('[WKL1] the files that the package ships load from the site itself', async () => {
      expect(await openBoth(csp, '/worklets/')).toEqual({ microphone: 'opened', speaker: 'opened' });
    });

    test('[WKL2] without them developers are told what to do, and the user is not', async () => {
      const said: string[] = [];
      expect(await openBoth(csp, undefined, said)).toEqual({
        microphone:
          "WORKLET_BLOCKED: The page's Content-Security-Policy keeps its audio code from loading. Serve @speko/client-browser/worklets/capture.js and pass its address as workletUrls.capture (as workletUrl, for a Microphone or Speaker alone), or add blob: to script-src.",
        speaker:
          "WORKLET_BLOCKED: The page's Content-Security-Policy keeps its audio code from loading. Serve @speko/client-browser/worklets/player.js and pass its address as workletUrls.player (as workletUrl, for a Microphone or Speaker alone), or add blob: to script-src.",
      });
      expect(said.filter((line) => line.includes('workletUrls'))).toHaveLength(2);
    });

    test('[WKL2] what they are told works for a conversation', async () => {
      await using site = await servePage({ script: 'talk.ts', csp: `${csp}; connect-src 'none'` });
      const page = await chromium.newPage();
      await page.goto(site.url);
      const start = (workletUrls?: { capture: string; player: string }): Promise<string[]> =>
        page.evaluate(async (urls) => {
          const { startConversation } = (window as TalkWindow).talk;
          const getSession = (): never => {
            throw new Error('The devices are open.');
          };
          return startConversation({ getSession, mintAfterPermission: true, ...(urls && { workletUrls: urls }) }).then(
            () => [],
            ({ message, cause }: Error) => [message, (cause as Error).message],
          );
        }, workletUrls);
      const [forUsers, forDevelopers] = await start();
      expect(forUsers).toBe('This page keeps its own sound from working. Tell those who run it.');
      expect(forDevelopers).toMatch(/workletUrls\.(capture|player) /);
      expect(await start({ capture: '/worklets/capture.js', player: '/worklets/player.js' })).toEqual([
        'The call was not started. Try again.',
        'The devices are open.',
      ]);
    });
  },
);

test.each([
  "script-src 'self' blob:",
  "script-src 'self' blob:; worker-src 'none'",
  "script-src 'self' data:",
  "default-src 'none'; script-src 'self' blob:; script-src-elem 'self' blob:",
  undefined,
])('[WKL1] under %s the package needs no file', async (csp) => {
  expect(await openBoth(csp)).toEqual({ microphone: 'opened', speaker: 'opened' });
});

test('[WKL1] an address where nothing is falls back to the code in the package', async () => {
  expect(await openBoth(undefined, '/nowhere/')).toEqual({ microphone: 'opened', speaker: 'opened' });
});

test('[WKL2] an address where nothing is, under a strict policy, is named in the error', async () => {
  const { microphone } = await openBoth("script-src 'self'", '/nowhere/');
  expect(microphone).toBe(
    'WORKLET_BLOCKED: The audio code could not be loaded from /nowhere/capture.js. Serve there @speko/client-browser/worklets/capture.js of this very version, as JavaScript, and allow it in script-src of the Content-Security-Policy.',
  );
});

test('[WKL3] a copy of another version is not taken for this one', async () => {
  const { microphone } = await openBoth("script-src 'self'", '/old/');
  expect(microphone).toMatch(/^WORKLET_BLOCKED: .* of this very version/);
});

/** @param said - Gets what the page writes into the console. */
async function openBoth(
  csp: string | undefined,
  folder?: string,
  said: string[] = [],
): Promise<{ microphone: string; speaker: string }> {
  const old = "registerProcessor('speko-capture-0.0.0-old', class extends AudioWorkletProcessor {});";
  await using site = await servePage({
    script: 'parts.ts',
    csp,
    files: { '/old/capture.js': { type: 'text/javascript', body: old } },
  });
  const page = await chromium.newPage();
  page.on('console', (message) => said.push(message.text()));
  await page.goto(site.url);
  return await page.evaluate(async (path) => {
    const { parts } = window as PartsWindow;
    const urlOf = (name: string): { workletUrl?: string } => (path === undefined ? {} : { workletUrl: path + name });
    const tryToOpen = async (part: { open(): Promise<void>; stop(): Promise<void> }): Promise<string> => {
      try {
        await part.open();
        await part.stop();
        return 'opened';
      } catch (error) {
        const { code, cause } = error as InstanceType<typeof parts.ConversationError>;
        return `${code}: ${(cause as Error).message}`;
      }
    };
    return {
      microphone: await tryToOpen(new parts.Microphone(urlOf('capture.js'))),
      speaker: await tryToOpen(new parts.Speaker(urlOf('player.js'))),
    };
  }, folder);
}
