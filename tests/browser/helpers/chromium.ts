import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_ADVICE, findChromium } from '../../../scripts/find-chromium.mjs';

export interface ChromiumOptions {
  /** What the microphone hears, once: a WAV file that ends with 100 ms of zeros, since its last 10 ms are repeated for ever. */
  readonly microphone?: string | undefined;
  /** What becomes of a question for permission. `ask` leaves it open, as a user who does nothing. @defaultValue `'allow'` */
  readonly permission?: 'allow' | 'deny' | 'ask' | undefined;
  /** Whether the machine has a microphone at all. @defaultValue true */
  readonly hasMicrophone?: boolean | undefined;
  /** Whether pages may play without a click. @defaultValue true */
  readonly autoplay?: boolean | undefined;
  /** Further command line switches. */
  readonly args?: readonly string[] | undefined;
}

/** A headless Chromium with a profile of its own. Close it, or declare it with `await using`. */
export interface Chromium extends AsyncDisposable {
  readonly browser: Browser;
  /** A page in a context of its own: nothing of other pages' permissions or storage. */
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** @throws Error when there is no Chromium */
export async function launchChromium({
  microphone,
  permission = 'allow',
  hasMicrophone = true,
  autoplay = true,
  args = [],
}: ChromiumOptions = {}): Promise<Chromium> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error(`No Chromium was found. ${CHROMIUM_ADVICE}`);
  }
  // A browser that is killed leaves folders behind; this one leaves them where they are deleted.
  const scratch = await mkdtemp(join(tmpdir(), 'speko-chromium-'));
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: process.platform !== 'linux' || process.getuid?.() !== 0,
    env: { ...process.env, TMPDIR: scratch } as Record<string, string>,
    // Sound is to be played as a user's browser would.
    ignoreDefaultArgs: ['--mute-audio'],
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(hasMicrophone ? ['--use-fake-device-for-media-stream'] : []),
      ...(permission === 'ask' ? [] : [`--use-fake-ui-for-media-stream${permission === 'deny' ? '=deny' : ''}`]),
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}%noloop`]),
      ...(autoplay ? ['--autoplay-policy=no-user-gesture-required'] : []),
      ...args,
    ],
  });

  return {
    browser,
    newPage: () => browser.newPage(),
    close,
    [Symbol.asyncDispose]: close,
  };

  async function close(): Promise<void> {
    await browser.close();
    await rm(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
