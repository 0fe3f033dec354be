import { expect, test } from 'vitest';
import { createMicrophoneWatch } from './microphone-watch.ts';

test('[MIC7] after 2 s of exact zeros the device is looked for, after 8 s the user is told, once each', () => {
  expect(verdicts(Array.from({ length: 30 }, () => 25))).toEqual({ 4: 'look', 16: 'silent' });
});

test('[MIC7] any sound starts it over', () => {
  const watch = createMicrophoneWatch();
  const check = (frames: number, peak: number) => {
    for (let frame = 0; frame < frames; frame++) watch.onFrame(peak);
    return watch.check();
  };
  expect([check(99, 0), check(1, 0.000_03), check(99, 0), check(1, 0), check(1, 0.5), check(100, 0)]).toEqual([
    'fine',
    'fine',
    'fine',
    'look',
    'fine',
    'look',
  ]);
});

test('[MIC7] two checks without any frame mean that the microphone has stopped; one proves nothing', () => {
  const watch = createMicrophoneWatch();
  watch.onFrame(0.5);
  expect([watch.check(), watch.check(), watch.check(), watch.check(), watch.check()]).toEqual([
    'fine',
    'fine',
    'stopped',
    'fine',
    'stopped',
  ]);
});

/** The verdicts other than `fine`, by the number of their check. */
function verdicts(zeroFramesPerCheck: number[]): Record<number, string> {
  const watch = createMicrophoneWatch();
  return Object.fromEntries(
    zeroFramesPerCheck.flatMap((frames, index) => {
      for (let frame = 0; frame < frames; frame++) watch.onFrame(0);
      const verdict = watch.check();
      return verdict === 'fine' ? [] : [[index + 1, verdict]];
    }),
  );
}
