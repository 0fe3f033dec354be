import { samplesToPcm } from '@speko/audio';
import type { SessionReadyFrame } from '@speko/client-node';
import { checkRules, expectedTrace, SCENARIOS, traceOf, type Call, type Scenario } from '@speko/tests-behaviour';
import { describe, expect, test } from 'vitest';
import { likeness, type Sound } from './likeness.ts';
import type { Failure, ProviderUnderTest } from './provider-under-test.ts';
import { startCall } from './start-call.ts';
import { voiceSaying } from './voice.ts';

/** Resampled there and back, a voice is still itself. */
const ALIKE = 0.95;
const LIVES_HERE = 'This provider lives in the gateway and cannot fail so.';

/** The whole suite for one provider: what the client gets is the same for all, but for what `lacks` declares. */
export function proveBehaviour(provider: ProviderUnderTest): void {
  describe.each(['automatic', 'manual'] as const)('%s turns', (mode) => {
    for (const scenario of SCENARIOS.filter(({ turns }) => turns.includes(mode))) {
      const { id, title, params, manners, breakdown, failure } = scenario;
      const setup = setupOf(provider, scenario);
      const name = 'cannotHappen' in setup ? `${title} (never here: ${setup.cannotHappen})` : title;
      test.skipIf('cannotHappen' in setup)(`${id}: ${name}`, async () => {
        const started = await startCall(provider, { mode, params, manners, breakdown, ...setup });
        const { call, vendor } = started;
        if (failure === undefined) await call.frame('ready');
        await scenario.run(call, vendor);
        await call.hangUp();
        expect(checkRules(call.frames)).toEqual([]);
        const expected = expectedTrace(scenario, mode, (ability) => vendor.can(ability));
        expect(traceOf(call.frames)).toEqual(expected);
        for (const ready of call.all('ready'))
          expect(deniedAbilities(ready).toSorted()).toEqual(Object.keys(provider.lacks[mode]).toSorted());
        const apiKey = 'apiKey' in setup ? setup.apiKey : provider.vendor?.apiKey;
        expect(unhelpfulErrors(call, scenario, Object.values(provider.lacks[mode]), apiKey)).toEqual([]);
        expectSounds(call, scenario, provider.vendor === undefined ? undefined : started.heard);
      });
    }
  });
}

/** How the call is set up so that the scenario's failure comes about. */
function setupOf({ vendor }: ProviderUnderTest, { breakdown, failure }: Scenario): Failure | Record<string, never> {
  if (failure === undefined && breakdown === undefined) return {};
  if (vendor === undefined) return { cannotHappen: LIVES_HERE };
  return failure === undefined ? {} : vendor.failures[failure];
}

/** Names of the abilities that `ready` denies. */
function deniedAbilities({ capabilities }: SessionReadyFrame): string[] {
  return Object.entries(capabilities).flatMap(([name, can]) => (can === false ? [name] : []));
}

/** Errors that give another reason than the provider's own, that lack the scenario's advice, or that quote the key. */
function unhelpfulErrors(
  call: Call,
  { advice }: Scenario,
  reasons: readonly string[],
  apiKey: string | undefined,
): readonly { readonly code: string; readonly message: string }[] {
  return call.all('error').filter(({ code, message }) => {
    if (apiKey !== undefined && message.includes(apiKey)) return true;
    return code === 'UNSUPPORTED' ? !reasons.includes(message) : advice !== undefined && !message.includes(advice);
  });
}

/** Answers sound like what they repeat or say, and the vendor heard what they repeat, wherever in it it began to listen. */
function expectSounds(
  call: Call,
  { params, repeats = {}, speaks = {} }: Scenario,
  heard: readonly Int16Array[] | undefined,
): void {
  const answer = (turn: string): Sound => ({
    pcm: call.audioOf(turn),
    sampleRateHz: params?.outputSampleRate ?? 24_000,
  });
  for (const [turn, index] of Object.entries(repeats)) {
    const said = { pcm: call.utterances[index] ?? new Uint8Array(), sampleRateHz: params?.inputSampleRate ?? 24_000 };
    expect(likeness(said, answer(turn)), `${turn} repeats what was said`).toBeGreaterThan(ALIKE);
    if (heard === undefined) continue;
    const there = heard.map((samples) => likeness(said, { pcm: samplesToPcm(samples), sampleRateHz: 24_000 }));
    expect(Math.max(...there), `the vendor heard what ${turn} repeats`).toBeGreaterThan(ALIKE);
  }
  // The echo has no voice of its own that is known outside of it.
  if (heard === undefined) return;
  for (const [turn, text] of Object.entries(speaks))
    expect(likeness(voiceSaying(text), answer(turn)), `${turn} says "${text}"`).toBeGreaterThan(ALIKE);
}
