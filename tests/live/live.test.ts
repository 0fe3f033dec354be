// The scenarios with the real endpoints. What is said differs from call to call, so there are no literal traces: a
// scenario waits for its frames in their order, and `checkRules` holds of every call.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, type RunningGateway } from '@speko/gateway';
import { Speko } from '@speko/client-node';
import { Call, checkRules, expectedErrors, SCENARIOS, traceOf, type VendorView } from '@speko/tests-behaviour';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIVE_PROVIDERS, type LiveProvider } from './live-providers.ts';
import { createRecordedVoice } from './recorded-voice.ts';

const DEADLINE_MS = 40_000;
const SYSTEM_PROMPT =
  'You are on a phone call. Whatever you are told or asked, answer in English with five long sentences.';
const GATEWAY_VARIABLES = /^(OPENAI|GEMINI|XAI)_/;

const calls = SCENARIOS.flatMap((scenario) => scenario.turns.map((mode) => ({ scenario, mode })));
const real = calls.filter(({ scenario }) => scenario.simulatedOnly === undefined);

let gateway: RunningGateway | undefined;
const folder = mkdtempSync(join(tmpdir(), 'speko-live-'));
beforeAll(async () => {
  const vendors = Object.entries(process.env).filter(([name]) => GATEWAY_VARIABLES.test(name));
  gateway = await startGateway({
    env: {
      ...Object.fromEntries(vendors),
      PORT: '0',
      LOG_LEVEL: 'warn',
      SPEKO_API_KEYS: 'sk_speko_live_tests_0123456789abcdef',
      SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`,
    },
  });
});
afterAll(async () => {
  await gateway?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(LIVE_PROVIDERS)('$id', (provider) => {
  const isSet = [provider.keyVariable, provider.urlVariable].some((name) => (process.env[name] ?? '') !== '');
  if (!isSet) tellWhatIsSkipped(provider);
  for (const { scenario, mode } of calls) {
    const why = scenario.simulatedOnly;
    const note = why === undefined ? '' : ` (simulated only: ${why})`;
    test.skipIf(!isSet || why !== undefined)(`${mode} turns, ${scenario.id}: ${scenario.title}${note}`, async () => {
      if (gateway === undefined) throw new Error('The gateway did not start.');
      const speko = new Speko({ apiKey: gateway.apiKey, baseUrl: gateway.url });
      const call = await Call.open({
        mode,
        voice: createRecordedVoice(),
        deadlineMs: DEADLINE_MS,
        open: (onFrame) =>
          speko.connectRealtime({
            systemPrompt: SYSTEM_PROMPT,
            ...scenario.params,
            provider: provider.id,
            model: provider.model,
            turnDetection: mode === 'automatic' ? 'auto' : 'manual',
            onFrame,
          }),
      });
      try {
        const { capabilities } = await call.frame('ready');
        const vendor: VendorView = {
          isReal: true,
          can: (ability) => capabilities[ability] !== false,
          toldHeardMs: () => Promise.resolve(undefined),
          passTime: () => {
            throw new Error('Time of a real vendor cannot be skipped: the scenario should be simulatedOnly.');
          },
        };
        await scenario.run(call, vendor);
      } finally {
        await call.hangUp();
        tell(`${provider.id} ${mode} ${scenario.id}`, traceOf(call.frames));
      }
      expect(checkRules(call.frames)).toEqual([]);
      const allowed = expectedErrors(scenario);
      expect(call.all('error').filter(({ code }) => code !== 'UNSUPPORTED' && !allowed.has(code))).toEqual([]);
    });
  }
});

function tellWhatIsSkipped({ id, model, keyVariable }: LiveProvider): void {
  const names = real.map(({ scenario, mode }) => `${scenario.id} (${mode})`);
  tell(`SKIPPED ${id}: ${keyVariable} is not set. With it ${names.length} calls would be held with ${model}:`, names);
}

function tell(headline: string, lines: readonly string[]): void {
  process.stdout.write(`${[headline, ...lines].join('\n  ')}\n`);
}
