// A long answer, on the gateway's own page: a minute of it with SPEKO_LONG_TESTS=1, of which a part is tested every time.
import { createOpenAI } from '@speko/adapter-openai';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { expect, test } from 'vitest';
import { launchChromium } from '../helpers/chromium.ts';
import { compareSound } from '../helpers/compare-sound.ts';
import { writeMicrophoneFile } from '../helpers/microphone-file.ts';
import { audioIn, expectNoComplaints, framesIn, openPlayground } from '../helpers/playground-page.ts';
import { startPlayground } from '../helpers/start-playground.ts';
import { readTap } from '../helpers/tap.ts';
import { noiseWithoutZeros } from '../helpers/test-signal.ts';

const SECONDS = process.env['SPEKO_LONG_TESTS'] === '1' ? 60 : 15;

test('[SPK1] a long answer is heard without a gap, bit for bit, to its last sample', { timeout: 100_000 }, async () => {
  const audio = noiseWithoutZeros(SECONDS * 24_000);
  const simulator = createOpenAISimulator({ reply: () => ({ text: 'Noise without a pause.', audio }), audioSpeed: 2 });
  await using file = await writeMicrophoneFile(new Int16Array(2400), 24_000);
  await using server = await startPlayground([{ simulator, urlVariable: 'OPENAI_BASE_URL', path: '/v1' }]);
  await using chromium = await launchChromium({ microphone: file.path });
  await using playground = await openPlayground(await chromium.newPage(), server.url, {
    provider: 'openai',
    model: createOpenAI().exampleModel,
  });
  await playground.start();
  await playground.say('Talk for a while');
  await playground.untilStatus('Assistant is speaking');
  const ended = playground.page.locator('[data-testid="caption-assistant"][data-final="true"]');
  await ended.waitFor({ timeout: 90_000 });
  await playground.page.getByTestId('status').filter({ hasText: 'Listening' }).waitFor({ timeout: 90_000 });

  const [wire] = playground.wires;
  const sent = audioIn(wire?.received ?? []);
  const { samples, rateHz, blockFrames } = await readTap(playground.page);
  const sound = compareSound(samples, sent, rateHz);
  process.stdout.write(`  ${SECONDS} s: ${JSON.stringify({ ...sound, ...skipped(blockFrames) })}\n`);
  expect(sent.length).toBe(SECONDS * 24_000);
  expect(sound.longestGapMs).toBeLessThanOrEqual(3);
  expect(sound.correlation).toBeGreaterThanOrEqual(0.99);
  expect(sound.worstPiece).toBeGreaterThanOrEqual(0.99);
  expect(Math.abs(sound.extraMs)).toBeLessThanOrEqual(3);
  expect(framesIn(wire?.sent ?? [], 'playback')).toMatchObject([{ playedMs: SECONDS * 1000 }]);
  await playground.end();
  expectNoComplaints(playground);
});

/** What a browser that was too busy left out of its own time: not the page's doing, but good to know. */
function skipped(blockFrames: readonly number[]): { skips: number; skippedMs: number } {
  const jumps = blockFrames.slice(1).map((frame, index) => frame - (blockFrames[index] ?? 0) - 128);
  return {
    skips: jumps.filter((frames) => frames > 0).length,
    skippedMs: Math.round(jumps.reduce((total, frames) => total + frames, 0) / 24),
  };
}
