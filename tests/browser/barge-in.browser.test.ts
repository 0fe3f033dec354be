// The user speaks while the assistant does: how fast it falls silent, and whether everybody agrees on what was heard.
import type { ProviderFrame } from '@speko/adapter';
import { createOpenAISimulator } from '@speko/adapter-openai/simulator';
import { synthesiseVoice } from '@speko/adapter-kit/simulation';
import { expect, test } from 'vitest';
import { launchChromium } from './helpers/chromium.ts';
import { writeMicrophoneFile } from './helpers/microphone-file.ts';
import { expectNoComplaints, framesIn, openPlayground } from './helpers/playground-page.ts';
import { startPlayground } from './helpers/start-playground.ts';
import { readTap, type PageTap, type TappedSound } from './helpers/tap.ts';
import { noiseWithoutZeros } from './helpers/test-signal.ts';

const BARGE_INS = 5;
/** Each time the user speaks for 600 ms, which cuts the answer before; the answer to it is heard until the next time. */
const EVERY_MS = 2_500;

interface Arrival {
  /** Of the context, in samples, when the frame came. */
  readonly frame: number;
  /** Until what the context renders now can be heard. */
  readonly latencyMs: number;
}
type ListeningWindow = Window & typeof globalThis & { tap: PageTap; arrivals: Arrival[] };

test(
  '[SPK4] [SPK5] [CV10] from the frame of an interruption to silence it takes at most 20 ms, and what was heard is known to the provider',
  { timeout: 60_000, retry: 1 },
  async () => {
    // No sample of an answer is zero: silence is what the page made of it.
    const simulator = createOpenAISimulator({
      reply: () => ({ text: 'A long answer.', audio: noiseWithoutZeros(20 * 24_000) }),
      responseDelayMs: 20,
    });
    await using file = await writeMicrophoneFile(speakEveryNowAndThen(), 24_000);
    await using server = await startPlayground([{ simulator, urlVariable: 'OPENAI_BASE_URL', path: '/v1' }]);
    await using chromium = await launchChromium({ microphone: file.path });
    const page = await chromium.newPage();
    await page.addInitScript(listenForInterruptions);
    const playground = await openPlayground(page, server.url, { provider: 'openai' });
    await playground.start();
    await playground.assistantCaptions
      .and(page.locator('[data-interrupted="true"]'))
      .nth(BARGE_INS - 1)
      .waitFor({ timeout: 45_000 });
    const sounds = soundsIn(await readTap(page)).slice(0, BARGE_INS);
    const arrivals = await page.evaluate(() => (window as unknown as ListeningWindow).arrivals);
    const reported = framesIn(playground.wires[0]?.sent ?? [], 'playback').map(({ playedMs }) => playedMs as number);
    const vendorHeard = server.vendorConnections.flatMap(({ receivedFrames }) =>
      receivedFrames.flatMap(({ frame }) => readTruncation(frame)),
    );

    const silentAfterMs = sounds.map(({ endFrame }, index) => (endFrame - (arrivals[index]?.frame ?? 0)) / 24);
    const heardMs = sounds.map(({ length }) => length / 24);
    process.stdout.write(
      `  from interruption to silence: ${silentAfterMs.map((ms) => ms.toFixed(1)).join(', ')} ms; the output adds ${arrivals.map(({ latencyMs }) => latencyMs.toFixed(1)).join(', ')} ms\n  heard ${heardMs.map(Math.round).join(', ')} ms, reported ${reported.join(', ')} ms, vendor told ${vendorHeard.join(', ')} ms\n`,
    );
    expect(silentAfterMs).toHaveLength(BARGE_INS);
    expect(median(silentAfterMs)).toBeLessThanOrEqual(20);
    expect(Math.min(...silentAfterMs)).toBeGreaterThan(-1);
    for (const [index, ms] of heardMs.entries()) {
      expect(ms).toBeGreaterThan(200);
      expect(Math.abs(ms - (reported[index] ?? 0))).toBeLessThanOrEqual(2);
    }
    expect(vendorHeard.slice(0, BARGE_INS)).toEqual(reported.slice(0, BARGE_INS));
    await playground.end();
    expectNoComplaints(playground);
  },
);

function speakEveryNowAndThen(): Int16Array {
  const microphone = new Int16Array((BARGE_INS + 2) * EVERY_MS * 24);
  const burst = synthesiseVoice('Wait, stop');
  for (let at = 300 * 24; at + burst.length < microphone.length; at += EVERY_MS * 24) microphone.set(burst, at);
  return microphone;
}

/** Runs in the page, and notes where its output is in time before the page itself gets to see the frame. */
function listenForInterruptions(): void {
  const arrivals: Arrival[] = [];
  Object.assign(window, { arrivals });
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.startsWith('{"t":"interruption"')) return;
        const context = (window as unknown as ListeningWindow).tap.context();
        const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
        const heardNow = contextTime + (performance.now() - performanceTime) / 1000;
        arrivals.push({
          frame: context.currentTime * context.sampleRate,
          latencyMs: (context.currentTime - heardNow) * 1000,
        });
      });
    }
  };
}

interface Sound {
  readonly endFrame: number;
  readonly length: number;
}

/** Pieces of sound with at least 100 ms of silence between them. */
function soundsIn({ samples, blockFrames }: TappedSound): Sound[] {
  const sounds: Sound[] = [];
  let start = -1;
  let last = -1;
  const finish = (): void => {
    if (start < 0) return;
    sounds.push({ endFrame: (blockFrames[Math.floor(last / 128)] ?? 0) + (last % 128) + 1, length: last + 1 - start });
    start = -1;
  };
  for (const [index, sample] of samples.entries()) {
    if (sample === 0) continue;
    if (index - last > 2400) finish();
    if (start < 0) start = index;
    last = index;
  }
  finish();
  return sounds;
}

/** What OpenAI is told of how much was heard. */
function readTruncation(frame: ProviderFrame): number[] {
  if (typeof frame !== 'string' || !frame.includes('conversation.item.truncate')) return [];
  return [(JSON.parse(frame) as { audio_end_ms: number }).audio_end_ms];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
