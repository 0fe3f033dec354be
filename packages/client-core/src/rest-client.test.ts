import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RestClient, type FetchLike } from './rest-client.ts';
import { SpekoApiError, SpekoAuthError, SpekoRateLimitError } from './speko-api-error.ts';
import { SpekoConnectionError } from './speko-connection-error.ts';
import { SpekoError } from './speko-error.ts';

const INFO = {
  mode: 's2s',
  sessionId: 's_1',
  wsUrl: 'ws://127.0.0.1:8787/v1/realtime/s_1/ws',
  wsToken: 'tok-1',
  inputSampleRate: 24000,
  outputSampleRate: 24000,
  expiresAt: '2026-01-01T00:00:00.000Z',
  maxDurationSeconds: 1800,
};
const PARAMS = { provider: 'echo', model: 'echo' };

interface Call {
  url: string;
  init: Parameters<FetchLike>[1];
}

/** A client whose gateway gives one answer, and what it asked for. */
function client(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): { rest: RestClient; calls: Call[] } {
  const calls: Call[] = [];
  const fetch: FetchLike = (url, init) => {
    calls.push({ url, init });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return Promise.resolve({ status, headers: new Headers(headers), text: () => Promise.resolve(text) });
  };
  return { rest: new RestClient({ apiKey: 'sk_test', baseUrl: 'http://127.0.0.1:8787/', fetch }), calls };
}

/** A gateway that never answers, but notices when the caller gives up. */
const silent: FetchLike = (_, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

afterEach(() => vi.useRealTimers());

describe('request', () => {
  test('[CL18] the smallest mint', async () => {
    const { rest, calls } = client(201, INFO);
    expect(await rest.createSession(PARAMS)).toEqual(INFO);
    expect(calls[0]?.url).toBe('http://127.0.0.1:8787/v1/sessions');
    expect(calls[0]?.init).toMatchObject({
      method: 'POST',
      headers: { authorization: 'Bearer sk_test', 'content-type': 'application/json' },
      body: '{"mode":"s2s","s2s":{"provider":"echo","model":"echo"}}',
    });
  });

  test('[CL23] the end of a session', async () => {
    const { rest, calls } = client(200, {});
    await rest.endSession('s/1');
    expect(calls[0]?.url).toBe('http://127.0.0.1:8787/v1/sessions/s%2F1/end');
    expect(calls[0]?.init).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer sk_test' } });
  });

  test('[CL18] the largest mint', async () => {
    const { rest, calls } = client(201, INFO);
    await rest.createSession(
      {
        provider: 'openai',
        model: 'gpt-realtime-2.1',
        voice: 'marin',
        systemPrompt: 'Be brief.',
        temperature: 0.8,
        tools: [{ name: 'now', description: 'Time.', parameters: { type: 'object' }, execute: () => 'noon' }],
        turnDetection: 'manual',
        firstMessage: 'Hello!',
        inputSampleRate: 16_000,
        outputSampleRate: 24_000,
        metadata: { customer: 42 },
        ttlSeconds: 60,
      },
      { idempotencyKey: 'order-7' },
    );
    expect(calls[0]?.init.headers['idempotency-key']).toBe('order-7');
    expect(JSON.parse(calls[0]?.init.body ?? '')).toEqual({
      mode: 's2s',
      s2s: {
        provider: 'openai',
        model: 'gpt-realtime-2.1',
        voice: 'marin',
        systemPrompt: 'Be brief.',
        temperature: 0.8,
        inputSampleRate: 16000,
        outputSampleRate: 24000,
        tools: [{ name: 'now', description: 'Time.', parameters: { type: 'object' } }],
        turnDetection: 'manual',
      },
      metadata: { customer: 42 },
      ttlSeconds: 60,
      firstMessage: 'Hello!',
    });
  });

  test.each([
    ['a key with a line break', { apiKey: 'sk_secret\n' }],
    ['an empty key', { apiKey: '' }],
    ['a base URL that is none', { baseUrl: '127.0.0.1:8787' }],
    ['a base URL with a password', { baseUrl: 'http://user:sk_secret@127.0.0.1' }],
    ['a base URL without a host', { baseUrl: 'http:///v1' }],
    ['no time at all', { timeoutMs: 0 }],
    ['a time in text', { timeoutMs: '500' as unknown as number }],
  ])('[CL20] %s is refused without being quoted', (_, wrong) => {
    const options = { apiKey: 'sk_test', baseUrl: 'http://127.0.0.1:8787', fetch: silent, ...wrong };
    const make = (): RestClient => new RestClient(options);
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(make).not.toThrow(/sk_secret/);
  });

  test.each([
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787/v1/sessions'],
    ['http://127.0.0.1:8787/v1', 'http://127.0.0.1:8787/v1/sessions'],
    ['http://127.0.0.1:8787/v1/', 'http://127.0.0.1:8787/v1/sessions'],
    ['http://127.0.0.1:8787//v1//', 'http://127.0.0.1:8787/v1/sessions'],
    ['http://127.0.0.1:8787///', 'http://127.0.0.1:8787/v1/sessions'],
    ['HTTPS://voice.example.com/gateway/v1', 'HTTPS://voice.example.com/gateway/v1/sessions'],
    ['https://voice.example.com/v1/v1', 'https://voice.example.com/v1/v1/sessions'],
    ['https://voice.example.com/api/v10', 'https://voice.example.com/api/v10/v1/sessions'],
  ])('[CL31] the base URL %s leads to %s', async (baseUrl, url) => {
    const urls: string[] = [];
    const fetch: FetchLike = (asked) => {
      urls.push(asked);
      return Promise.reject(new Error('not now'));
    };
    await failure(new RestClient({ apiKey: 'sk_test', baseUrl, fetch }).createSession(PARAMS));
    expect(urls).toEqual([url]);
  });

  test('[CL18] a bigint in the metadata is the integer that it is', async () => {
    const { rest, calls } = client(201, INFO);
    await rest.createSession({ ...PARAMS, metadata: { id: 2_512_292_042_121_000_001n } });
    expect(calls[0]?.init.body).toContain('"metadata":{"id":2512292042121000001}');
  });

  test('[CL18] metadata that is no JSON is refused', async () => {
    const { rest, calls } = client(201, INFO);
    expect(await failure(rest.createSession({ ...PARAMS, metadata: { all: globalThis } }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('circular') as string,
    });
    expect(calls).toEqual([]);
  });

  test('an idempotency key that is no header value is refused', async () => {
    const { rest, calls } = client(201, INFO);
    expect(await failure(rest.createSession(PARAMS, { idempotencyKey: 'a b' }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(calls).toEqual([]);
  });
});

test('[CL20] an answer leaves no timer and no listener behind', async () => {
  vi.useFakeTimers();
  const { signal } = new AbortController();
  await client(201, INFO).rest.createSession(PARAMS, { signal });
  await failure(client(500, '').rest.createSession(PARAMS, { signal }));
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

describe('refusals', () => {
  test.each([
    [401, 'UNAUTHORIZED', SpekoAuthError, 'SpekoAuthError', false],
    [403, 'FORBIDDEN', SpekoAuthError, 'SpekoAuthError', false],
    [429, 'RATE_LIMITED', SpekoRateLimitError, 'SpekoRateLimitError', true],
    [422, 'PROVIDER_NOT_CONFIGURED', SpekoApiError, 'SpekoApiError', false],
    [503, 'OVERLOADED', SpekoApiError, 'SpekoApiError', true],
    [418, 'CODE_OF_LATER_VERSION', SpekoApiError, 'SpekoApiError', false],
  ])('[CL19] %i %s', async (status, code, errorClass, name, retryable) => {
    const { rest } = client(status, { error: 'Do this.', code }, { 'retry-after': '7' });
    const error = await failure(rest.createSession(PARAMS));
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({
      name,
      message: 'Do this.',
      code,
      status,
      retryable,
      retryAfterSeconds: 7,
      issues: [],
    });
    expect(errorClass.isInstance(error) && SpekoApiError.isInstance(error) && SpekoError.isInstance(error)).toBe(true);
    expect(SpekoConnectionError.isInstance(error)).toBe(false);
  });

  test('[CL19] issues name what is wrong', async () => {
    const issues = [{ path: 's2s.voicee', message: 'Unknown field.' }];
    const { rest } = client(400, { error: 'No.', code: 'VALIDATION_ERROR', issues: [...issues, 'junk'] });
    expect(await failure(rest.createSession(PARAMS))).toMatchObject({ code: 'VALIDATION_ERROR', issues });
  });

  test.each(['<html>Bad gateway</html>', '{"message":"no"}', 'null', ''])(
    '[CL19] a body that is %j is HTTP_ERROR',
    async (body) => {
      const { rest } = client(502, body, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' });
      expect(await failure(rest.createSession(PARAMS))).toMatchObject({
        name: 'SpekoApiError',
        code: 'HTTP_ERROR',
        status: 502,
        retryable: true,
        retryAfterSeconds: undefined,
      });
    },
  );
});

describe('no answer', () => {
  test.each(['Welcome!', '{"sessionId":"s_1"}', '[]'])('[CL20] 201 with %s is BAD_RESPONSE', async (body) => {
    const { rest } = client(201, body);
    expect(await failure(rest.createSession(PARAMS))).toMatchObject({ code: 'BAD_RESPONSE', retryable: false });
  });

  test('[CL20] a network failure is CONNECTION_FAILED and keeps its cause', async () => {
    const cause = new TypeError('fetch failed');
    const rest = new RestClient({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1', fetch: () => Promise.reject(cause) });
    const error = await failure(rest.createSession(PARAMS));
    expect(error).toBeInstanceOf(SpekoConnectionError);
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true, cause });
    expect((error as Error).message).toContain('http://127.0.0.1:1');
  });

  test('[CL20] the reason of a network failure is in the message, but for one that quotes the key', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8787'), { code: 'ECONNREFUSED' });
    const messages = [new TypeError('fetch failed', { cause: refused }), new Error('bad header: Bearer sk_test')].map(
      async (cause) => {
        const options = { apiKey: 'sk_test', baseUrl: 'http://127.0.0.1:8787', fetch: () => Promise.reject(cause) };
        const error = (await failure(new RestClient(options).createSession(PARAMS))) as Error;
        expect(error.cause).toBe(cause);
        return error.message;
      },
    );
    expect(await Promise.all(messages)).toEqual([
      'Could not reach http://127.0.0.1:8787 (connect ECONNREFUSED 127.0.0.1:8787). Check that the gateway runs there and that baseUrl is right.',
      'Could not reach http://127.0.0.1:8787. Check that the gateway runs there and that baseUrl is right.',
    ]);
  });

  test('[CL20] silence is TIMEOUT', async () => {
    vi.useFakeTimers();
    const rest = new RestClient({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1', fetch: silent, timeoutMs: 500 });
    const outcome = failure(rest.createSession(PARAMS));
    await vi.advanceTimersByTimeAsync(499);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ code: 'TIMEOUT', retryable: true });
  });

  test.each([Infinity, 2 ** 31])('[CL20] a limit of %d ms is no limit of 1 ms', async (timeoutMs) => {
    vi.useFakeTimers();
    const rest = new RestClient({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1', fetch: silent, timeoutMs });
    const controller = new AbortController();
    const outcome = failure(rest.createSession(PARAMS, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(86_400_000);
    controller.abort('enough');
    expect(await outcome).toBe('enough');
  });

  test('[CL20] an abort rejects with its own reason', async () => {
    const rest = new RestClient({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1', fetch: silent });
    const controller = new AbortController();
    const outcome = failure(rest.createSession(PARAMS, { signal: controller.signal }));
    controller.abort('changed my mind');
    expect(await outcome).toBe('changed my mind');
    expect(await failure(rest.createSession(PARAMS, { signal: controller.signal }))).toBe('changed my mind');
  });
});

describe('an answer without end', () => {
  /** Answers with pieces of 64 KiB, and says how many were read. */
  function endless(
    status: number,
    pieces = Infinity,
  ): { rest: RestClient; read: () => number; cancelled: () => boolean } {
    let read = 0;
    let isCancelled = false;
    const reader = {
      read: () => {
        read += 1;
        return Promise.resolve({ value: read > pieces ? undefined : new Uint8Array(65_536).fill(0x20) });
      },
      cancel: () => {
        isCancelled = true;
        return Promise.resolve();
      },
    };
    const fetch: FetchLike = () =>
      Promise.resolve({
        status,
        headers: new Headers({ 'retry-after': '2' }),
        text: () => Promise.reject(new Error('Read it in pieces.')),
        body: { getReader: () => reader },
      });
    const rest = new RestClient({ apiKey: 'sk_test', baseUrl: 'http://127.0.0.1:8787', fetch });
    return { rest, read: () => read, cancelled: () => isCancelled };
  }

  test('[CL28] is BAD_RESPONSE after 1 MiB', async () => {
    const { rest, read, cancelled } = endless(201);
    expect(await failure(rest.createSession(PARAMS))).toMatchObject({
      name: 'SpekoConnectionError',
      code: 'BAD_RESPONSE',
      message: 'http://127.0.0.1:8787 answered with more than 1 MiB. Check that baseUrl leads to a Speko gateway.',
    });
    expect([read(), cancelled()]).toEqual([17, true]);
  });

  test('[CL28] is the refusal that its status is', async () => {
    const { rest } = endless(503);
    expect(await failure(rest.createSession(PARAMS))).toMatchObject({
      code: 'HTTP_ERROR',
      status: 503,
      retryable: true,
      retryAfterSeconds: 2,
    });
  });

  test('[CL28] one that cannot be read in pieces is not taken either', async () => {
    const { rest } = client(201, ' '.repeat(1_048_577));
    expect(await failure(rest.createSession(PARAMS))).toMatchObject({ code: 'BAD_RESPONSE' });
  });

  test('[CL28] text that is cut between two pieces is put together', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...INFO, sessionId: 's_é' }));
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte));
    const fetch: FetchLike = () =>
      Promise.resolve({
        status: 201,
        headers: new Headers(),
        text: () => Promise.reject(new Error('Read it in pieces.')),
        body: {
          getReader: () => ({ read: async () => ({ value: pieces.shift() }), cancel: () => Promise.resolve() }),
        },
      });
    const rest = new RestClient({ apiKey: 'sk_test', baseUrl: 'http://127.0.0.1:8787', fetch });
    expect(await rest.createSession(PARAMS)).toMatchObject({ sessionId: 's_é' });
  });
});

test('[CL29] a time limit that no timer takes is no limit of a millisecond', async () => {
  vi.useFakeTimers();
  const rest = new RestClient({
    apiKey: 'sk_test',
    baseUrl: 'http://127.0.0.1:8787',
    fetch: silent,
    timeoutMs: Infinity,
  });
  const controller = new AbortController();
  const outcome = failure(rest.createSession(PARAMS, { signal: controller.signal }));
  await vi.advanceTimersByTimeAsync(3_600_000);
  controller.abort('enough');
  expect(await outcome).toBe('enough');
});

test.each([
  ['1', 1],
  ['86400', 86_400],
  ['315360000', 86_400],
  ['9'.repeat(400), 86_400],
  ['NaN', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['Wed, 21 Oct 2099 07:28:00 GMT', undefined],
])('[CL19] Retry-After %s', async (header, retryAfterSeconds) => {
  const { rest } = client(429, { error: 'Wait.', code: 'RATE_LIMITED' }, { 'retry-after': header });
  expect(await failure(rest.createSession(PARAMS))).toMatchObject({ retryAfterSeconds });
});

test('[CL19] a store that is away for a while is worth another try', async () => {
  const refusal = { error: 'The store is busy. Try again.', code: 'STORE_UNAVAILABLE' };
  const { rest } = client(503, refusal, { 'retry-after': '1' });
  expect(await failure(rest.createSession(PARAMS))).toMatchObject({
    name: 'SpekoApiError',
    code: 'STORE_UNAVAILABLE',
    message: 'The store is busy. Try again.',
    status: 503,
    retryable: true,
    retryAfterSeconds: 1,
  });
});
