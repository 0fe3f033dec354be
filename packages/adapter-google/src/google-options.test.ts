import { AdapterError } from '@speko/adapter';
import { expect, test } from 'vitest';
import { parseGoogleOptions } from './google-options.ts';

const KEY = 'AQ.made-up-0123456789';

test('[GEM1] a key is enough', () => {
  expect(parseGoogleOptions({ apiKey: KEY })).toEqual({
    apiKey: KEY,
    headers: {},
    turnDetection: { silenceDurationMs: 600, prefixPaddingMs: 200, bargeIn: true },
    contextCompression: { triggerTokens: 64_000, targetTokens: 32_000 },
    interruptBy: 'muting',
  });
});

test('[GEM1] Vertex AI takes a token, or a function that returns one', () => {
  const vertex = parseGoogleOptions({ vertex: { project: 'my-project', accessToken: () => 'token-1' } }).vertex;
  expect(vertex).toMatchObject({ project: 'my-project', location: 'us-central1' });
});

test.each([
  [{}, 'apiKey'],
  [{ apiKey: KEY, vertex: { project: 'p', accessToken: 't' } }, 'apiKey'],
  [{ apiKey: ` ${KEY}` }, 'apiKey'],
  [{ apiKey: `${KEY}\nx` }, 'apiKey'],
  [{ vertex: { project: 'a/b', accessToken: 't' } }, 'vertex.project'],
  [{ vertex: { project: 'p', location: '../x', accessToken: 't' } }, 'vertex.location'],
  [{ vertex: { project: 'p', accessToken: 5 } }, 'vertex.accessToken'],
  [{ apiKey: KEY, baseUrl: 'ftp://host' }, 'baseUrl'],
  [{ apiKey: KEY, baseUrl: 'https://user:pass@host' }, 'baseUrl'],
  [{ apiKey: KEY, baseUrl: 'https://host?key=x' }, 'baseUrl'],
  [{ apiKey: KEY, baseUrl: 'nonsense' }, 'baseUrl'],
  [{ apiKey: KEY, apiVersion: '../v1' }, 'apiVersion'],
  [{ apiKey: KEY, headers: { 'a b': 'c' } }, 'headers.a b'],
  [{ apiKey: KEY, headers: { a: 'b\r\nc: d' } }, 'headers.a'],
  [{ apiKey: KEY, profile: '4' }, 'profile'],
  [{ apiKey: KEY, turnDetection: { silenceDurationMs: -1 } }, 'turnDetection.silenceDurationMs'],
  [{ apiKey: KEY, turnDetection: { startSensitivity: 'medium' } }, 'turnDetection.startSensitivity'],
  [{ apiKey: KEY, thinkingLevel: 'LOW' }, 'thinkingLevel'],
  [{ apiKey: KEY, contextCompression: true }, 'contextCompression'],
  [{ apiKey: KEY, interruptBy: 'magic' }, 'interruptBy'],
  [{ apiKey: KEY, unknown: 1 }, 'options'],
])('[GEM1] %j is refused for its %s', (options, name) => {
  let thrown: unknown;
  try {
    parseGoogleOptions(options);
  } catch (error) {
    thrown = error;
  }
  if (!AdapterError.isInstance(thrown)) throw new Error('not refused');
  expect(thrown.code).toBe('BAD_OPTIONS');
  expect(thrown.message).toContain(`${name}: `);
  expect(thrown.message).not.toContain(KEY);
});
