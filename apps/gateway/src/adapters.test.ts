import { expect, test } from 'vitest';
import { createAdapterEntries } from './adapters.ts';
import { readConfig, type Environment } from './read-config.ts';

function entriesFor(env: Environment) {
  return Object.fromEntries(createAdapterEntries(readConfig(env)).map((entry) => [entry.adapter.id, entry]));
}

test('the echo needs nothing, and a vendor without its key says which variable is missing', () => {
  expect(entriesFor({})).toMatchObject({
    echo: { state: 'configured' },
    openai: { state: 'missing', missingSetting: 'OPENAI_API_KEY' },
    google: { state: 'missing', missingSetting: 'GEMINI_API_KEY' },
    xai: { state: 'missing', missingSetting: 'XAI_API_KEY' },
  });
});

test('a key is enough for the vendor itself', () => {
  expect(entriesFor({ OPENAI_API_KEY: 'sk-test' })['openai']).toMatchObject({
    state: 'configured',
    options: { apiKey: 'sk-test', baseUrl: 'https://api.openai.com/v1', dialect: 'ga' },
  });
  expect(entriesFor({ GEMINI_API_KEY: 'gemini-test' })['google']).toMatchObject({
    state: 'configured',
    options: { apiKey: 'gemini-test' },
  });
  expect(entriesFor({ XAI_API_KEY: 'xai-test' })['xai']).toMatchObject({
    state: 'configured',
    options: { apiKey: 'xai-test', baseUrl: 'https://api.x.ai/v1' },
  });
});

test('an address is enough for a compatible server, which may speak either dialect', () => {
  expect(entriesFor({ OPENAI_BASE_URL: 'ws://127.0.0.1:9000/v1' })['openai']).toMatchObject({
    state: 'configured',
    options: { apiKey: 'none', baseUrl: 'ws://127.0.0.1:9000/v1', dialect: 'auto' },
  });
});

test('an address is enough for the other vendors too, and a key goes there', () => {
  const address = 'http://127.0.0.1:9000';
  expect(entriesFor({ GEMINI_BASE_URL: address, XAI_BASE_URL: address, XAI_API_KEY: 'xai-test' })).toMatchObject({
    google: { state: 'configured', options: { apiKey: 'none', baseUrl: address } },
    xai: { state: 'configured', options: { apiKey: 'xai-test', baseUrl: address } },
  });
});

test('a compatible server is told its own names of models and voices, and so is the vendor', () => {
  const names = { OPENAI_TRANSCRIPTION_MODEL: 'whisper-1', OPENAI_DEFAULT_VOICE: 'af_heart' };
  const options = { transcriptionModel: 'whisper-1', defaultVoice: 'af_heart' };
  expect(entriesFor({ OPENAI_BASE_URL: 'ws://127.0.0.1:9000/v1', ...names })['openai']).toMatchObject({ options });
  expect(entriesFor({ OPENAI_API_KEY: 'sk-test', ...names })['openai']).toMatchObject({ options });
  expect(entriesFor(names)['openai']).toMatchObject({ state: 'missing' });
});
