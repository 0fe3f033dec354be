import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { installTap } from './tap.ts';

/** What the page remembers between visits, as far as tests set it. */
export interface PlaygroundSettings {
  readonly provider?: string;
  readonly model?: string;
  readonly turnTaking?: 'auto' | 'hold' | 'toggle';
  readonly tools?: boolean;
}

/** The WebSocket messages of the page, as the browser saw them. */
export interface Wire {
  readonly received: (string | Buffer)[];
  readonly sent: (string | Buffer)[];
}

/** The gateway's page, with everything it says overheard. Declare it with `await using`, so that its call ends with it. */
export interface PlaygroundPage extends AsyncDisposable {
  readonly page: Page;
  /** Of each connection, oldest first. */
  readonly wires: readonly Wire[];
  readonly talk: Locator;
  readonly notice: Locator;
  readonly userCaptions: Locator;
  readonly assistantCaptions: Locator;
  /** Starts a call and waits until it is connected. */
  start(): Promise<void>;
  end(): Promise<void>;
  /** Types a message to the assistant. */
  say(text: string): Promise<void>;
  /** Waits for the words that tell where the call stands. */
  untilStatus(words: string | RegExp): Promise<void>;
  /** Waits for the call to be `idle`, `connected` and so on. */
  untilCall(status: string): Promise<void>;
  /** What a user would find in the console, and what the Content-Security-Policy refused: nothing, in a page that works. */
  readonly complaints: readonly string[];
}

/** Opens the page at the gateway's address, its output tapped. */
export async function openPlayground(
  page: Page,
  url: string,
  settings: PlaygroundSettings = {},
): Promise<PlaygroundPage> {
  // Shorter than a test may take, so that a failure names what was waited for.
  page.setDefaultTimeout(15_000);
  const wires: Wire[] = [];
  const complaints: string[] = [];
  page.on('websocket', (socket) => {
    const wire: Wire = { received: [], sent: [] };
    wires.push(wire);
    socket.on('framereceived', ({ payload }) => wire.received.push(payload));
    socket.on('framesent', ({ payload }) => wire.sent.push(payload));
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.exposeFunction('tellViolation', (violation: string) => complaints.push(violation));
  await page.addInitScript((kept) => {
    localStorage.setItem('speko-playground', kept);
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      (window as unknown as { tellViolation: (text: string) => void }).tellViolation(
        `${violatedDirective} refused ${blockedURI}`,
      );
    });
  }, JSON.stringify(settings));
  await installTap(page);
  await page.goto(url);
  const byTestId = (id: string): Locator => page.getByTestId(id);
  const stage = page.locator('[data-status]');

  const playground: PlaygroundPage = {
    page,
    wires,
    talk: byTestId('talk'),
    notice: byTestId('notice'),
    userCaptions: byTestId('caption-user'),
    assistantCaptions: byTestId('caption-assistant'),
    async start() {
      await playground.talk.click();
      await playground.untilCall('connected');
    },
    async end() {
      await playground.talk.click();
      await playground.untilCall('ended');
    },
    async say(text) {
      await byTestId('message').fill(text);
      await page.getByRole('button', { name: 'Send' }).click();
    },
    untilStatus: (words) => byTestId('status').filter({ hasText: words }).waitFor(),
    untilCall: (status) => stage.and(page.locator(`[data-status="${status}"]`)).waitFor(),
    complaints,
    [Symbol.asyncDispose]: () => page.close(),
  };
  return playground;
}

/** The page did nothing that its Content-Security-Policy forbids, and its console is clean. */
export function expectNoComplaints(playground: PlaygroundPage): void {
  expect(playground.complaints).toEqual([]);
}

/** All audio among messages, joined. */
export function audioIn(messages: readonly (string | Buffer)[]): Int16Array {
  const bytes = Buffer.concat(messages.filter((message) => typeof message !== 'string'));
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** All frames of one kind among messages. */
export function framesIn(messages: readonly (string | Buffer)[], t: string): Record<string, unknown>[] {
  return messages
    .filter((message) => typeof message === 'string')
    .map((message) => JSON.parse(message) as Record<string, unknown>)
    .filter((frame) => frame['t'] === t);
}
