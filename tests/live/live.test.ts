// The scenarios with the real endpoints. What is said differs from call to call, so there are no literal traces: a
// scenario waits for its frames in their order, and `checkRules` holds of every call. A refused call has no words of its
// own, and gives the literal trace.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Speko } from '@speko/client-node';
import { startGateway, type RunningGateway } from '@speko/gateway';
import {
  Call,
  checkRules,
  expectedErrors,
  expectedTrace,
  SCENARIOS,
  traceOf,
  type Scenario,
  type TurnMode,
  type VendorView,
} from '@speko/tests-behaviour';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { LIVE_PROVIDERS, type LiveFailure, type LiveProvider } from './live-providers.ts';
import { createRecordedVoice } from './recorded-voice.ts';

const DEADLINE_MS = 40_000;
const SYSTEM_PROMPT =
  'You are on a phone call. Whatever you are told or asked, answer in English with five long sentences.';
const GATEWAY_VARIABLES = /^(OPENAI|GEMINI|XAI)_/;

const calls = SCENARIOS.flatMap((scenario) => scenario.turns.map((mode) => ({ scenario, mode })));
const real = calls.filter(({ scenario }) => scenario.simulatedOnly === undefined);

const folder = mkdtempSync(join(tmpdir(), 'speko-live-'));
let gatewayCount = 0;
/** A gateway with the keys of the environment, but for these. */
async function startLiveGateway(keys: Readonly<Record<string, string>> = {}): Promise<RunningGateway> {
  const vendors = Object.entries(process.env).filter(([name]) => GATEWAY_VARIABLES.test(name));
  gatewayCount += 1;
  return startGateway({
    env: {
      ...Object.fromEntries(vendors),
      ...keys,
      PORT: '0',
      LOG_LEVEL: 'warn',
      SPEKO_API_KEYS: 'sk_speko_live_tests_0123456789abcdef',
      SPEKO_DATABASE_URL: `file:${join(folder, `gateway-${gatewayCount}.db`)}`,
    },
  });
}

let shared: RunningGateway | undefined;
beforeAll(async () => {
  shared = await startLiveGateway();
});
afterAll(async () => {
  await shared?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(LIVE_PROVIDERS)('$id', (provider) => {
  const isSet = [provider.keyVariable, provider.urlVariable].some((name) => (process.env[name] ?? '') !== '');
  if (!isSet) tellWhatIsSkipped(provider);
  for (const { scenario, mode } of calls) {
    const setup = setupOf(provider, scenario);
    const why = 'cannotHappen' in setup ? setup.cannotHappen : undefined;
    const note = why === undefined ? '' : ` (${why})`;
    test.skipIf(!isSet || why !== undefined)(`${mode} turns, ${scenario.id}: ${scenario.title}${note}`, async () => {
      const call = await openCall(provider, scenario, mode, setup);
      try {
        if (scenario.failure === undefined) await call.frame('ready');
        await scenario.run(call, realVendor(call));
      } finally {
        await call.hangUp();
        tell(`${provider.id} ${mode} ${scenario.id}`, traceOf(call.frames));
      }
      expect(checkRules(call.frames)).toEqual([]);
      expectErrors(call, scenario, mode);
    });
  }
});

/** What differs in the call, or why there is none. */
function setupOf(
  { failures, keyVariable }: LiveProvider,
  { failure, simulatedOnly }: Scenario,
): LiveFailure | Record<string, never> {
  if (simulatedOnly !== undefined) return { cannotHappen: `simulated only: ${simulatedOnly}` };
  if (failure === undefined) return {};
  const setup = failures[failure] ?? { cannotHappen: 'Nobody knows how to make this service fail so.' };
  const isKeyless = 'apiKey' in setup && (process.env[keyVariable] ?? '') === '';
  return isKeyless ? { cannotHappen: `${keyVariable} is not set: the service asks for no key.` } : setup;
}

async function openCall(
  provider: LiveProvider,
  { params = {} }: Scenario,
  mode: TurnMode,
  setup: LiveFailure | Record<string, never>,
): Promise<Call> {
  const gateway = 'apiKey' in setup ? await startLiveGateway({ [provider.keyVariable]: setup.apiKey }) : shared;
  if (gateway === undefined) throw new Error('The gateway did not start.');
  if (gateway !== shared) onTestFinished(() => gateway.close());
  const speko = new Speko({ apiKey: gateway.apiKey, baseUrl: gateway.url });
  return Call.open({
    mode,
    voice: createRecordedVoice({ sampleRateHz: params.inputSampleRate ?? 24_000 }),
    deadlineMs: DEADLINE_MS,
    open: (onFrame) =>
      speko.connectRealtime({
        systemPrompt: SYSTEM_PROMPT,
        ...params,
        provider: provider.id,
        model: 'model' in setup ? setup.model : provider.model,
        turnDetection: mode === 'automatic' ? 'auto' : 'manual',
        onFrame,
      }),
  });
}

/** A refused call gives the literal trace and says what to do; any other has no errors but those that its traces name. */
function expectErrors(call: Call, scenario: Scenario, mode: TurnMode): void {
  const errors = call.all('error').filter(({ code }) => code !== 'UNSUPPORTED');
  const named = expectedErrors(scenario);
  const { failure, advice = '' } = scenario;
  const isRight: (error: (typeof errors)[number]) => boolean =
    failure === undefined ? ({ code }) => named.has(code) : ({ message }) => message.includes(advice);
  expect(errors.filter((error) => !isRight(error))).toEqual([]);
  if (failure === undefined) return;
  expect(traceOf(call.frames)).toEqual(expectedTrace(scenario, mode, () => true));
}

function realVendor(call: Call): VendorView {
  const refuse = (): never => {
    throw new Error('A real vendor does not fail on request: the scenario should be simulatedOnly.');
  };
  return {
    isReal: true,
    can: (ability) => call.all('ready').every(({ capabilities }) => capabilities[ability] !== false),
    toldHeardMs: () => Promise.resolve(undefined),
    passTime: refuse,
    breakDown: refuse,
    goDown: refuse,
  };
}

function tellWhatIsSkipped({ id, model, keyVariable }: LiveProvider): void {
  const names = real.map(({ scenario, mode }) => `${scenario.id} (${mode})`);
  tell(`SKIPPED ${id}: ${keyVariable} is not set. With it ${names.length} calls would be held with ${model}:`, names);
}

function tell(headline: string, lines: readonly string[]): void {
  process.stdout.write(`${[headline, ...lines].join('\n  ')}\n`);
}
