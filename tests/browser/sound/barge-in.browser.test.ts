// The user speaks while the assistant does: how fast it falls silent, and whether everybody agrees on what was heard.
import type { ProviderFrame } from '@speko/adapter';
import { createOpenAI } from '@speko/adapter-openai';
import { synthesiseVoice } from '@speko/simulator-kit';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { expect, test } from 'vitest';
import { launchChromium } from '../helpers/chromium.ts';
import { writeMicrophoneFile } from '../helpers/microphone-file.ts';
import { expectNoComplaints, framesIn, openPlayground } from '../helpers/playground-page.ts';
import { startPlayground } from '../helpers/start-playground.ts';
import { readTap, type PageTap, type TappedSound } from '../helpers/tap.ts';
import { noiseWithoutZeros } from '../helpers/test-signal.ts';

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
  { timeout: 60_000 },
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
    await using playground = await openPlayground(page, server.url, {
      provider: 'openai',
      model: createOpenAI().exampleModel,
    });
    await playground.start();
    const reports = (): number[] =>
      framesIn(playground.wires[0]?.sent ?? [], 'playback').flatMap(({ playedMs }) => heardOnly(playedMs as number));
    await expect.poll(() => reports().length, { timeout: 45_000 }).toBeGreaterThanOrEqual(BARGE_INS);
    // The vendor is told before the next answer begins.
    await playground.untilStatus('Assistant is speaking');

    const sounds = soundsIn(await readTap(page)).slice(0, BARGE_INS);
    const arrivals = await page.evaluate(() => (window as unknown as ListeningWindow).arrivals);
    const cuts = sounds.map((sound) => cutOf(sound, arrivals));
    const heardMs = sounds.map(({ length }) => length / 24);
    const reported = reports().slice(0, BARGE_INS);
    const vendorHeard = server.vendorConnections
      .flatMap(({ receivedFrames }) => receivedFrames.flatMap(({ frame }) => heardOnly(readTruncation(frame))))
      .slice(0, BARGE_INS);
    const list = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(', ');
    process.stdout.write(
      `  from an interruption to silence: ${list(cuts.map(({ silentAfterMs }) => silentAfterMs))} ms; the output adds ${list(cuts.map(({ latencyMs }) => latencyMs))} ms\n` +
        `  heard: ${list(heardMs)} ms; reported: ${reported.join(', ')} ms; the vendor was told: ${vendorHeard.join(', ')} ms\n`,
    );
    expect(cuts).toHaveLength(BARGE_INS);
    expect(median(cuts.map(({ silentAfterMs }) => silentAfterMs))).toBeLessThanOrEqual(20);
    for (const [index, ms] of heardMs.entries()) expect(Math.abs(ms - (reported[index] ?? 0))).toBeLessThanOrEqual(2);
    expect(vendorHeard).toEqual(reported);
    await playground.end();
    expectNoComplaints(playground);
  },
);

function speakEveryNowAndThen(): Int16Array {
  const microphone = new Int16Array(2 * BARGE_INS * EVERY_MS * 24);
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

/** Places are those of the context's time, in samples. */
interface Sound {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly length: number;
}

/** Pieces of sound with at least 100 ms of silence between them. */
function soundsIn({ samples, blockFrames }: TappedSound): Sound[] {
  const frameOf = (index: number): number => (blockFrames[Math.floor(index / 128)] ?? 0) + (index % 128);
  const sounds: Sound[] = [];
  let start = -1;
  let last = -1;
  const finish = (): void => {
    if (start < 0) return;
    sounds.push({ startFrame: frameOf(start), endFrame: frameOf(last) + 1, length: last + 1 - start });
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

/** The interruption that came while it sounded. */
function cutOf(
  { startFrame, endFrame }: Sound,
  arrivals: readonly Arrival[],
): { silentAfterMs: number; latencyMs: number } {
  const cut = arrivals.find(({ frame }) => frame >= startFrame && frame <= endFrame);
  if (cut === undefined) throw new Error('The assistant fell silent without an interruption.');
  return { silentAfterMs: (endFrame - cut.frame) / 24, latencyMs: cut.latencyMs };
}

/** An answer that is cut before its first sample was not heard, and there is nothing to measure. */
function heardOnly(ms: number | undefined): number[] {
  return ms === undefined || ms === 0 ? [] : [ms];
}

/** What OpenAI is told of how much was heard. */
function readTruncation(frame: ProviderFrame): number | undefined {
  if (typeof frame !== 'string' || !frame.includes('conversation.item.truncate')) return undefined;
  return (JSON.parse(frame) as { audio_end_ms: number }).audio_end_ms;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
