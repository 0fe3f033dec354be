import type { DialPlan, SessionConfig } from '@speko/adapter';
import { expect, test } from 'vitest';
import { mirrorAdapter, type MirrorOptions } from '../../test/mirror-adapter.ts';
import { systemClock } from '../clock.ts';
import { createLink } from './create-link.ts';

const config: SessionConfig = {
  sessionId: 's1',
  model: 'mirror-1',
  tools: [],
  turnDetection: 'auto',
  inputSampleRateHz: 24_000,
  outputSampleRateHz: 24_000,
};
const options: MirrorOptions = { url: 'ws://127.0.0.1:1' };

/** Resolves with how often a plan was computed for a call whose vendor is not there: it is dialled twice. */
async function plansOf(plan: DialPlan | undefined): Promise<number> {
  let plans = 0;
  const adapter: typeof mirrorAdapter = {
    ...mirrorAdapter,
    plan(...args) {
      plans += 1;
      return mirrorAdapter.plan(...args);
    },
  };
  await new Promise<void>((resolve, reject) => {
    const link = createLink({
      adapter,
      config,
      options,
      plan,
      clock: systemClock,
      listener: { event: () => resolve(), fault: reject },
      history: () => [],
      maxHeldAudioMs: 0,
      onRecovered: () => {},
      onOddEnd: () => {},
    });
    link.start();
  });
  return plans;
}

test('[LM2] a plan that was computed at mint is that of the first connection only; each later one computes its own', async () => {
  expect(await plansOf(mirrorAdapter.plan(config, options))).toBe(1);
  expect(await plansOf(undefined)).toBe(2);
});
