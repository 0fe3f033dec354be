import type { AdapterError } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { parseOpenAIOptions } from './openai-options.ts';

test('[OAI1] an API key is all that is needed', () => {
  expect(parseOpenAIOptions({ apiKey: 'test-key' })).toEqual({
    apiKey: 'test-key',
    baseUrl: 'https://api.openai.com/v1',
    dialect: 'ga',
    headers: {},
    transcriptionModel: 'gpt-transcribe',
    turnDetection: { type: 'server_vad', threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 500 },
    safetyIdentifier: 'session',
  });
});

describe('[OAI1] what cannot be used is refused, and named', () => {
  test.each([
    ['no key', {}, 'apiKey'],
    ['a key with a line break', { apiKey: 'a\nb' }, 'apiKey'],
    ['an unknown option', { apiKey: 'k', modle: 'x' }, 'modle'],
    ['an address of another kind', { apiKey: 'k', baseUrl: 'ftp://host' }, 'baseUrl'],
    ['an address with a key in it', { apiKey: 'k', baseUrl: 'https://host/v1?api_key=1' }, 'baseUrl'],
    ['an address with credentials', { apiKey: 'k', baseUrl: 'https://me:secret@host/v1' }, 'baseUrl'],
    ['no address', { apiKey: 'k', baseUrl: 'localhost' }, 'baseUrl'],
    ['an unknown dialect', { apiKey: 'k', dialect: 'v2' }, 'dialect'],
    ['a header that is none', { apiKey: 'k', headers: { 'x y': 'z' } }, 'headers'],
    [
      'a threshold above 1',
      { apiKey: 'k', turnDetection: { type: 'server_vad', threshold: 2 } },
      'turnDetection.threshold',
    ],
    [
      'Azure without a model of transcription',
      { apiKey: 'k', azure: { endpoint: 'https://host' } },
      'transcriptionModel',
    ],
    ['an Azure endpoint with a path', { apiKey: 'k', azure: { endpoint: 'https://host/openai' } }, 'azure.endpoint'],
    [
      'a dated Azure version in the current dialect',
      { apiKey: 'k', azure: { endpoint: 'https://host', apiVersion: '2025-04-01-preview' } },
      'dialect',
    ],
  ])('%s', (_name, input, named) => {
    const parse = () => parseOpenAIOptions(input);
    expect(parse).toThrow(named);
    expect(parse).toThrow(expect.objectContaining({ code: 'BAD_OPTIONS' }) as AdapterError);
  });
});

test('[OAI1] a message about options does not repeat the key', () => {
  const parse = () => parseOpenAIOptions({ apiKey: 'secret key\n', speed: 9 });
  expect(parse).toThrow(/apiKey.*speed/);
  expect(parse).not.toThrow(/secret/);
});
