import { afterEach, expect, test, vi } from 'vitest';
import { fetchProviders } from './fetch-providers.ts';
import { GatewayError } from './gateway-error.ts';
import { mintSession } from './mint-session.ts';

afterEach(() => vi.unstubAllGlobals());

const request = { mode: 's2s', s2s: { provider: 'echo', model: 'echo' } } as const;
const { signal } = new AbortController();

function answer(status: number, body: string): void {
  vi.stubGlobal('fetch', async () => new Response(body, { status }));
}

test('the providers are asked for beside the page', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ providers: [] }));
  vi.stubGlobal('fetch', fetch);
  expect(await fetchProviders(signal)).toEqual([]);
  expect(fetch).toHaveBeenCalledWith('playground/providers', { signal });
});

test('a session is minted with a POST of JSON, without a key', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ sessionId: 'ses_1' }, { status: 201 }));
  vi.stubGlobal('fetch', fetch);
  expect(await mintSession(request, signal)).toEqual({ sessionId: 'ses_1' });
  expect(fetch).toHaveBeenCalledWith('playground/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"mode":"s2s","s2s":{"provider":"echo","model":"echo"}}',
    signal,
  });
});

test('a refusal is told in the gateway’s own words, with each field that is wrong', async () => {
  answer(
    400,
    JSON.stringify({
      error: 'The request is not valid.',
      code: 'VALIDATION_ERROR',
      issues: [{ path: 's2s.temperature', message: 'Give a number from 0 to 2.' }],
    }),
  );
  await expect(mintSession(request, signal)).rejects.toThrow(
    new GatewayError('The request is not valid. s2s.temperature: Give a number from 0 to 2.', { status: 400 }),
  );
});

test('a sentence that names the field already is not said twice', async () => {
  const issues = [{ path: 's2s.voice', message: 'Too long.' }];
  answer(400, JSON.stringify({ error: 's2s.voice: Too long.', code: 'VALIDATION_ERROR', issues }));
  await expect(mintSession(request, signal)).rejects.toThrow(new GatewayError('s2s.voice: Too long.', { status: 400 }));
});

test.each([
  ['an answer that is no JSON', 502, '<html>', 'The gateway answered with status 502.'],
  ['JSON without a sentence', 404, '{}', 'The gateway answered with status 404.'],
  ['success that is no JSON', 200, 'ok', 'The gateway answered with status 200.'],
])('%s is told by its status', async (_, status, body, message) => {
  answer(status, body);
  await expect(mintSession(request, signal)).rejects.toThrow(new GatewayError(message, { status }));
});

test('a refusal for want of the address is told from others', async () => {
  answer(401, JSON.stringify({ error: 'Open the page at the address.', code: 'UNAUTHORIZED' }));
  await expect(fetchProviders(signal)).rejects.toMatchObject({ status: 401, message: 'Open the page at the address.' });
});

test('a gateway that cannot be reached is told as such', async () => {
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(fetchProviders(signal)).rejects.toThrow('The gateway does not answer. Check that it is running.');
});

test('a question that nobody waits for any more fails as it was ended', async () => {
  vi.stubGlobal('fetch', async () => Promise.reject(new DOMException('Ended.', 'AbortError')));
  await expect(fetchProviders(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
