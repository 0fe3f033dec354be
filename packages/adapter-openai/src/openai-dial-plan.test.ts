import { expect, test } from 'vitest';
import { createOpenAI } from './openai-adapter.ts';
import type { OpenAIOptionsInput } from './openai-options.ts';

function plan(options: Partial<OpenAIOptionsInput> = {}, model = 'gpt-realtime-2.1') {
  const adapter = createOpenAI();
  const config = {
    sessionId: 'session-7',
    model,
    tools: [],
    turnDetection: 'auto',
    inputSampleRateHz: 16_000,
    outputSampleRateHz: 24_000,
  } as const;
  return adapter.plan(config, adapter.parseOptions({ apiKey: 'test-key', ...options }));
}

test('[OAI2] the vendor is dialled with the model in the query, at 24 kHz both ways', () => {
  expect(plan()).toEqual({
    url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1',
    headers: { authorization: 'Bearer test-key', 'openai-safety-identifier': 'session-7' },
    protocols: [],
    audio: { inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 },
    handshakeTimeoutMs: 10_000,
    readyTimeoutMs: 20_000,
    maxMessageBytes: 67_108_864,
    keepAlive: { pingIntervalMs: 15_000, maxMissedPongs: 2 },
  });
});

test('[OAI2] a base URL of any of the four kinds becomes a WebSocket URL', () => {
  expect(plan({ baseUrl: 'http://127.0.0.1:8080/v1/' }).url).toBe(
    'ws://127.0.0.1:8080/v1/realtime?model=gpt-realtime-2.1',
  );
  expect(plan({ baseUrl: 'ws://127.0.0.1:8080' }).url).toBe('ws://127.0.0.1:8080/realtime?model=gpt-realtime-2.1');
  expect(plan({ baseUrl: 'wss://voice.example/v1' }).url).toBe(
    'wss://voice.example/v1/realtime?model=gpt-realtime-2.1',
  );
  expect(plan({}, 'a b/ü&c').url).toBe('wss://api.openai.com/v1/realtime?model=a%20b%2F%C3%BC%26c');
});

test('[OAI3] headers carry the key, the routing and what the operator adds, and never OpenAI-Beta', () => {
  const { headers } = plan({
    authStyle: 'api-key',
    organization: 'org-1',
    project: 'proj-1',
    safetyIdentifier: 'none',
    headers: { 'X-Route': 'eu' },
    dialect: 'beta',
  });
  expect(headers).toEqual({
    'api-key': 'test-key',
    'openai-organization': 'org-1',
    'openai-project': 'proj-1',
    'x-route': 'eu',
  });
});

test('[OAI4] Azure is dialled by deployment, with the api-key header', () => {
  const current = plan(
    { azure: { endpoint: 'https://tea.openai.azure.com' }, transcriptionModel: 'ears' },
    'my-deployment',
  );
  expect(current.url).toBe('wss://tea.openai.azure.com/openai/v1/realtime?model=my-deployment');
  expect(current.headers).toMatchObject({ 'api-key': 'test-key' });
  const dated = plan({
    transcriptionModel: 'ears',
    azure: { endpoint: 'https://tea.openai.azure.com', deployment: 'd 1', apiVersion: '2025-04-01-preview' },
    dialect: 'auto',
  });
  expect(dated.url).toBe('wss://tea.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=d%201');
});
