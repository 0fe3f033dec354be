import type { SessionConfig } from '@speko/adapter';
import { expect, test } from 'vitest';
import { BERTH_STATUS } from './__fixtures__/start-codec.ts';
import { createXai } from './xai-adapter.ts';
import type { XaiOptionsInput } from './xai-options.ts';

const xai = createXai();

function plan(config: Partial<SessionConfig> = {}, options: Partial<XaiOptionsInput> = {}) {
  const whole: SessionConfig = {
    sessionId: 's',
    model: 'grok-voice-latest',
    tools: [],
    turnDetection: 'auto',
    inputSampleRateHz: 24_000,
    outputSampleRateHz: 24_000,
    ...config,
  };
  return xai.plan(whole, xai.parseOptions({ apiKey: 'xai-test', ...options }));
}

test('[XAI2] the vendor is dialled with the model in the query', () => {
  expect(plan().url).toBe('wss://api.x.ai/v1/realtime?model=grok-voice-latest');
  expect(plan({ model: 'a b' }, { baseUrl: 'http://127.0.0.1:9/x/' }).url).toBe(
    'ws://127.0.0.1:9/x/realtime?model=a%20b',
  );
});

test('[XAI2] both rates are the client’s own where the vendor has them', () => {
  expect(plan({ inputSampleRateHz: 16_000, outputSampleRateHz: 48_000 }).audio).toEqual({
    inputSampleRateHz: 16_000,
    outputSampleRateHz: 48_000,
  });
  expect(plan({ inputSampleRateHz: 11_025, outputSampleRateHz: 8000 }).audio).toEqual({
    inputSampleRateHz: 24_000,
    outputSampleRateHz: 8000,
  });
});

test('[XAI3] the key is a bearer token and nowhere else', () => {
  const { headers, url, protocols } = plan({}, { headers: { 'X-Team': 'harbour' } });
  expect(headers).toEqual({ authorization: 'Bearer xai-test', 'x-team': 'harbour' });
  expect(url).not.toContain('xai-test');
  expect(protocols).toEqual([]);
});

test('[XAI4] names of the vendor’s own tools are refused, with advice', () => {
  const tools = [BERTH_STATUS, { ...BERTH_STATUS, name: 'web_search' }];
  expect(() => plan({ tools })).toThrow(
    expect.objectContaining({
      code: 'BAD_OPTIONS',
      message:
        'xAI keeps these tool names for its own tools: web_search. Give yours other names, such as my_web_search.',
    }),
  );
});

test('[XAI10] a conversation goes on where it was kept', () => {
  expect(plan({ continuation: { handle: 'conv/1', history: [] } }).url).toBe(
    'wss://api.x.ai/v1/realtime?model=grok-voice-latest&conversation_id=conv%2F1',
  );
  expect(plan({ continuation: { history: [] } }).url).not.toContain('conversation_id');
});
