import type { SessionReadyFrame } from '@speko/client-node';
import { bestCorrelation, pcmToSamples } from '@speko/audio';
import {
  checkRules,
  expectedTrace,
  SCENARIOS,
  traceOf,
  type Call,
  type FailureName,
  type HabitName,
} from '@speko/tests-behaviour';
import { describe, expect, test } from 'vitest';
import type { Failure, ProviderUnderTest } from './provider-under-test.ts';
import { startCall } from './start-call.ts';

/** The whole suite for one provider: what the client gets is the same for all, but for what `lacks` and `habits` declare. */
export function proveBehaviour(provider: ProviderUnderTest): void {
  const habits = Object.keys(provider.habits ?? {}) as HabitName[];
  describe.each(['automatic', 'manual'] as const)('%s turns', (mode) => {
    for (const scenario of SCENARIOS.filter(({ turns }) => turns.includes(mode))) {
      const { id, title, params, manners, failure } = scenario;
      const setup: Failure | Record<string, never> = failure === undefined ? {} : failureOf(provider, failure);
      const name = 'cannotHappen' in setup ? `${title} (never here: ${setup.cannotHappen})` : title;
      test.skipIf('cannotHappen' in setup)(`${id}: ${name}`, async () => {
        const { call, vendor } = await startCall(provider, { mode, params, manners, ...setup });
        if (failure === undefined) await call.frame('ready');
        await scenario.run(call, vendor);
        await call.hangUp();
        expect(checkRules(call.frames)).toEqual([]);
        const expected = expectedTrace(scenario, mode, { can: (ability) => vendor.can(ability), habits });
        expect(traceOf(call.frames)).toEqual(expected);
        for (const ready of call.all('ready'))
          expect(deniedAbilities(ready).toSorted()).toEqual(Object.keys(provider.lacks[mode]).toSorted());
        for (const { message } of call.all('error', { code: 'UNSUPPORTED' }))
          expect(Object.values(provider.lacks[mode])).toContain(message);
        for (const [turn, index] of Object.entries(scenario.repeats ?? {})) expectRepeated(call, turn, index);
      });
    }
  });
}

function failureOf({ vendor }: ProviderUnderTest, failure: FailureName): Failure {
  return vendor?.failures[failure] ?? { cannotHappen: 'This provider lives in the gateway and cannot fail so.' };
}

/** Names of the abilities that `ready` denies. */
function deniedAbilities({ capabilities }: SessionReadyFrame): string[] {
  return Object.entries(capabilities).flatMap(([name, can]) => (can === false ? [name] : []));
}

/** The answer sounds like that utterance, wherever in it the vendor began to listen. */
function expectRepeated(call: Call, turn: string, utterance: number): void {
  const said = thin(call.utterances[utterance] ?? new Uint8Array());
  const heard = thin(call.audioOf(turn));
  expect(bestCorrelation(said, heard, 3000).correlation).toBeGreaterThan(0.9);
}

/** Every eighth sample: enough for a voice below 1.5 kHz, and far quicker to slide along. A second is 3000 of them. */
function thin(pcm: Uint8Array): Int16Array {
  return pcmToSamples(pcm).filter((_, index) => index % 8 === 0);
}
