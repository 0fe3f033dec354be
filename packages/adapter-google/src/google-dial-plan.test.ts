import { AdapterError } from '@speko/adapter';
import { expect, test } from 'vitest';
import { PLAIN } from './__fixtures__/start-codec.ts';
import { modelPath, planGoogleDial } from './google-dial-plan.ts';
import { type GoogleOptionsInput, parseGoogleOptions } from './google-options.ts';

const plan = (options: GoogleOptionsInput) => planGoogleDial(PLAIN, parseGoogleOptions(options));
const vertex = { project: 'my-project', accessToken: 'token-1' };

test.each([
  [
    {},
    'wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
  ],
  [
    { apiVersion: 'v1alpha' },
    'wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent',
  ],
  [
    { baseUrl: 'http://127.0.0.1:9000/proxy/' },
    'ws://127.0.0.1:9000/proxy/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
  ],
])('[GEM2] the Gemini API with %j is at %s', (options, url) => {
  expect(plan({ apiKey: 'key-1', ...options })).toMatchObject({ url, headers: { 'x-goog-api-key': 'key-1' } });
});

test.each([
  ['us-central1', 'us-central1-aiplatform.googleapis.com'],
  ['global', 'aiplatform.googleapis.com'],
  ['eu', 'aiplatform.eu.rep.googleapis.com'],
])('[GEM2] Vertex AI in %s is at %s', (location, host) => {
  const { url, headers } = plan({ vertex: { ...vertex, location } });
  expect(url).toBe(`wss://${host}/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent`);
  expect(headers).toEqual({ authorization: 'Bearer token-1' });
});

test('[GEM2] a token that changes is asked for at every dial', () => {
  let count = 0;
  const options = parseGoogleOptions({ vertex: { ...vertex, accessToken: () => `token-${++count}` } });
  expect(planGoogleDial(PLAIN, options).headers['authorization']).toBe('Bearer token-1');
  expect(planGoogleDial(PLAIN, options).headers['authorization']).toBe('Bearer token-2');
});

test('[GEM2] headers of the operator come along', () => {
  expect(plan({ vertex, headers: { 'X-Vertex-AI-LLM-Request-Type': 'dedicated' } }).headers).toEqual({
    authorization: 'Bearer token-1',
    'x-vertex-ai-llm-request-type': 'dedicated',
  });
});

test('[GEM3] rates, and patience with pongs', () => {
  expect(plan({ apiKey: 'key-1' })).toMatchObject({
    audio: { inputSampleRateHz: 16_000, outputSampleRateHz: 24_000 },
    handshakeTimeoutMs: 10_000,
    readyTimeoutMs: 15_000,
    maxMessageBytes: 33_554_432,
    keepAlive: { pingIntervalMs: 30_000, maxMissedPongs: 2 },
  });
});

test.each([
  [[{ name: 'find tea', description: '', parameters: {} }], /"find tea"/],
  [[{ name: '1st', description: '', parameters: {} }], /"1st"/],
  [[{ name: 'x'.repeat(65), description: '', parameters: {} }], /at most 64/],
  [
    Array.from({ length: 513 }, (_, index) => ({ name: `t${index}`, description: '', parameters: {} })),
    /at most 512 tools/,
  ],
])('[GEM3] tools the vendor cannot take are refused before anything is dialled', (tools, message) => {
  let thrown: unknown;
  try {
    planGoogleDial({ ...PLAIN, tools }, parseGoogleOptions({ apiKey: 'key-1' }));
  } catch (error) {
    thrown = error;
  }
  if (!AdapterError.isInstance(thrown)) throw new Error('not refused');
  expect(thrown.code).toBe('BAD_OPTIONS');
  expect(thrown.message).toMatch(message);
});

test('[GEM4] the model is named in full, whatever form it was given in', () => {
  for (const model of ['gemini-3.8-live', 'models/gemini-3.8-live', 'publishers/google/models/gemini-3.8-live']) {
    expect(modelPath({ ...PLAIN, model }, parseGoogleOptions({ apiKey: 'k' }))).toBe('models/gemini-3.8-live');
    expect(modelPath({ ...PLAIN, model }, parseGoogleOptions({ vertex }))).toBe(
      'projects/my-project/locations/us-central1/publishers/google/models/gemini-3.8-live',
    );
  }
});
