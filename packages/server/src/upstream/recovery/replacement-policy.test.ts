import { expect, test } from 'vitest';
import { ReplacementPolicy } from './replacement-policy.ts';

test('[EN9] a connection that breaks young is replaced after a wait that grows; four without an answer are the last', () => {
  const policy = new ReplacementPolicy();
  policy.ready(0, true);
  const verdicts = [1, 2, 3, 4, 5].map((second) => policy.broke(second * 1000));
  expect(verdicts).toEqual([
    { type: 'reconnect', delayMs: 0 },
    { type: 'reconnect', delayMs: 250 },
    { type: 'reconnect', delayMs: 1000 },
    { type: 'reconnect', delayMs: 3000 },
    { type: 'give-up', reason: undefined },
  ]);
});

test('[EN9] one that lived for a minute is replaced at once, whatever was before', () => {
  const policy = new ReplacementPolicy();
  policy.ready(0, true);
  for (const second of [1, 2, 3]) policy.broke(second * 1000);
  policy.ready(4000, false);
  expect(policy.broke(64_000)).toEqual({ type: 'reconnect', delayMs: 0 });
});

test('[EN9] leaving counts as an attempt', () => {
  const policy = new ReplacementPolicy();
  policy.ready(0, true);
  policy.left(1000);
  expect(policy.isFresh).toBe(false);
  expect(policy.broke(2000)).toEqual({ type: 'reconnect', delayMs: 250 });
});

test('[EN9] after thirty within an hour there is no more, and an hour later there is', () => {
  const policy = new ReplacementPolicy();
  for (let minute = 0; minute < 30; minute++) {
    policy.ready(minute * 60_000, minute === 0);
    policy.left((minute + 1) * 60_000);
  }
  policy.ready(1_800_000, false);
  expect(policy.mayLeaveAtMs).toBe(60_000 + 3_600_000);
  expect(policy.broke(1_900_000)).toEqual({
    type: 'give-up',
    reason: 'Its connection was replaced 30 times within an hour, the most a call may take, and broke again',
  });
  expect(policy.broke(3_660_000)).toMatchObject({ type: 'reconnect' });
});
