import { AdapterError } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { parseXaiOptions } from './xai-options.ts';

test('[XAI1] an API key is all that is needed', () => {
  expect(parseXaiOptions({ apiKey: 'xai-test' })).toEqual({
    apiKey: 'xai-test',
    baseUrl: 'https://api.x.ai/v1',
    headers: {},
    defaultVoice: 'eve',
    turnDetection: { threshold: 0.85, prefixPaddingMs: 333, silenceDurationMs: 500 },
    serverTools: [],
    resumption: true,
  });
});

describe('[XAI1] what cannot be used is refused, and named', () => {
  test.each([
    ['no key', {}, 'apiKey'],
    ['a key of two lines', { apiKey: 'a\nb' }, 'apiKey'],
    ['an unknown option', { apiKey: 'k', voice: 'leo' }, 'options'],
    ['an address with a query', { apiKey: 'k', baseUrl: 'https://host/v1?x=1' }, 'baseUrl'],
    ['a threshold out of range', { apiKey: 'k', turnDetection: { threshold: 0.95 } }, 'turnDetection.threshold'],
    ['a speed out of range', { apiKey: 'k', speed: 2 }, 'speed'],
    ['a key term that is too long', { apiKey: 'k', keyterms: ['x'.repeat(51)] }, 'keyterms.0'],
    ['too many key terms', { apiKey: 'k', keyterms: Array.from({ length: 101 }, () => 'x') }, 'keyterms'],
    ['a tool the vendor does not run', { apiKey: 'k', serverTools: [{ type: 'code' }] }, 'serverTools.0.type'],
    ['a header that is none', { apiKey: 'k', headers: { 'a b': 'c' } }, 'headers.a b'],
  ])('%s', (_name, options, path) => {
    const parse = () => parseXaiOptions(options);
    expect(parse).toThrow(AdapterError);
    expect(parse).toThrow(`xAI options are not valid. ${path}: `);
  });
});

test('[XAI1] a message about options does not repeat the key', () => {
  expect(() => parseXaiOptions({ apiKey: 'xai-secret\n' })).toThrow(expect.not.stringContaining('secret'));
});
