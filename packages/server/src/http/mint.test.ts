import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashToken } from '../auth/tokens.ts';
import type { ServerOptions } from '../config.ts';
import { type HttpAppFixture, startHttpApp, validBody } from './__fixtures__/start-http-app.ts';

let gateway: HttpAppFixture;

beforeEach(async () => {
  gateway = await startHttpApp();
});

afterEach(() => gateway.close());

async function restart(settings: ServerOptions): Promise<void> {
  await gateway.close();
  gateway = await startHttpApp(settings);
}

/** A store over a network: a write takes a while, and other requests are served meanwhile. */
function slowDownStore(): void {
  const createSession = gateway.store.createSession.bind(gateway.store);
  gateway.store.createSession = async (session) => {
    await new Promise(setImmediate);
    return createSession(session);
  };
}

function s2s(changes: object): object {
  return { s2s: { ...validBody().s2s, ...changes } };
}

/** Mints with a body as it is. */
function mintText(payload: string, headers: Record<string, string> = {}) {
  return gateway.call({
    method: 'POST',
    url: '/v1/sessions',
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

describe('a session is minted', () => {
  test('[RS12] the answer is 201 with what opens the WebSocket, and what was agreed', async () => {
    const response = await gateway.mint();
    expect(response.statusCode).toBe(201);
    expect(response.json()).toEqual({
      mode: 's2s',
      sessionId: expect.stringMatching(/^ses_[0-9a-hjkmnp-tv-z]{30}$/),
      wsUrl: expect.stringMatching(/^ws:\/\/localhost:80\/v1\/realtime\/ses_[0-9a-z]{30}\/ws$/),
      wsToken: expect.stringMatching(/^wst_[\w-]{43}$/),
      inputSampleRate: 24_000,
      outputSampleRate: 24_000,
      expiresAt: '2026-01-31T12:01:00.000Z',
      maxDurationSeconds: 1_800,
      ignored: [],
    });
  });

  test('[RS14] the token of the answer opens exactly this session, until it expires', async () => {
    const { sessionId, wsToken } = (await gateway.mint()).json();
    const takeAt = (nowMs: number) => gateway.store.takeToken(hashToken(wsToken), sessionId, nowMs);
    expect(await takeAt(Date.parse('2026-01-31T12:01:00.000Z'))).toBe('expired');
    expect(await takeAt(Date.parse('2026-01-31T12:00:59.999Z'))).toBe('ok');
  });

  test('[RS12] the live side gets the session at once, to dial its provider', async () => {
    const { sessionId } = (await gateway.mint({ ttlSeconds: 60 })).json();
    expect(gateway.live.prepared).toEqual([
      {
        sessionId,
        keyId: gateway.keyId,
        provider: { adapter: expect.objectContaining({ id: 'acme' }), options: { apiKey: 'acme-operator-secret' } },
        config: {
          sessionId,
          model: 'acme-1',
          tools: [],
          turnDetection: 'auto',
          inputSampleRateHz: 24_000,
          outputSampleRateHz: 24_000,
        },
        ignored: [],
        createdAtMs: 1_769_860_800_000,
        tokenExpiresAtMs: 1_769_860_860_000,
        maxDurationMs: 60_000,
      },
    ]);
    // That with which the provider was checked, and no second one.
    expect(gateway.live.plans).toEqual([expect.objectContaining({ url: 'wss://acme.example/v1' })]);
  });

  test('[RS5] [RS6] [RS7] [RS8] [RS9] [RS11] every setting reaches the provider or the record', async () => {
    const tools = [
      { name: 'get_weather', description: 'Weather now.', parameters: { type: 'object', properties: {} } },
    ];
    const response = await gateway.mint({
      ...s2s({
        voice: 'ann',
        systemPrompt: 'You are brief.',
        temperature: 0.8,
        inputSampleRate: 16_000,
        outputSampleRate: 24_000,
        tools,
        turnDetection: 'manual',
      }),
      metadata: { customer: { id: 42 } },
      firstMessage: 'Hello!',
    });
    const { sessionId, inputSampleRate, outputSampleRate } = response.json();
    expect([inputSampleRate, outputSampleRate]).toEqual([16_000, 24_000]);
    expect(gateway.live.prepared[0]?.config).toEqual({
      sessionId,
      model: 'acme-1',
      voice: 'ann',
      systemPrompt: 'You are brief.',
      temperature: 0.8,
      tools,
      turnDetection: 'manual',
      firstMessage: 'Hello!',
      inputSampleRateHz: 16_000,
      outputSampleRateHz: 24_000,
    });
    const record = await gateway.store.findSession(gateway.keyId, sessionId);
    expect(record).toMatchObject({ voice: 'ann', status: 'created', metadataJson: '{"customer":{"id":42}}' });
  });

  test('[RS4] mode may be left out', async () => {
    const response = await mintText('{"s2s":{"provider":"acme","model":"m"}}');
    expect([response.statusCode, response.json().mode]).toEqual([201, 's2s']);
  });

  test('[RS25] fields of the hosted API are taken, whatever they hold, and listed', async () => {
    const response = await gateway.mint({
      transport: 'webrtc',
      agentId: null,
      intent: { language: 'en', nested: [{ __proto__: null }] },
      webhookTags: [],
      identity: 12,
      constraints: false,
    });
    const ignored = ['agentId', 'intent', 'webhookTags', 'identity', 'constraints', 'transport'];
    expect([response.statusCode, response.json().ignored]).toEqual([201, ignored]);
    expect(gateway.live.prepared[0]?.ignored).toEqual(ignored);
  });

  test('[RS25] so are settings that the provider is known to have no use for', async () => {
    const asked = { provider: 'local', model: 'm', temperature: 1, systemPrompt: 'Be brief.', voice: 'ann' };
    const response = await gateway.mint({ s2s: asked, agentId: 'agt_1' });
    expect(response.json().ignored).toEqual(['agentId', 's2s.temperature', 's2s.systemPrompt']);
    // The provider itself tells of those when it is ready.
    expect(gateway.live.prepared[0]?.ignored).toEqual(['agentId']);
    expect((await gateway.mint(s2s({ temperature: 1 }))).json().ignored).toEqual([]);
  });

  test.each(['12345678901234567890', '9'.repeat(400)])(
    '[RS10] a ttlSeconds of any length is lowered to the cap: %s',
    async (seconds) => {
      const response = await mintText(`{"s2s":{"provider":"acme","model":"m"},"ttlSeconds":${seconds}}`);
      expect([response.statusCode, response.json().maxDurationSeconds]).toEqual([201, 1_800]);
    },
  );

  test('[JS1] [RS9] metadata is answered digit by digit, in the record, in lists and at the end', async () => {
    const metadata =
      '{"__proto__":{"admin":true},"id":2512292042121000001,"deep":[{"__proto__":{"n":-123456789012345678901234567890}}]}';
    const minted = await mintText(`{"s2s":{"provider":"acme","model":"m"},"metadata":${metadata}}`);
    const url = `/v1/sessions/${minted.json().sessionId}`;
    // Its process is gone: only the record is left to end.
    gateway.live.prepared.length = 0;
    const answers = [
      await gateway.call({ method: 'GET', url }),
      await gateway.call({ method: 'GET', url: '/v1/sessions' }),
      await gateway.call({ method: 'POST', url: `${url}/end` }),
    ];
    for (const { statusCode, headers, body } of answers) {
      expect([statusCode, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
      expect(body).toContain(`"metadata":${metadata}}`);
    }
    expect(Object.prototype).not.toHaveProperty('admin');
  });

  test("[JS1] [RS8] a tool's parameters reach the adapter as they are", async () => {
    const parameters =
      '{"type":"object","properties":{"__proto__":{"maximum":2512292042121000001}},"__proto__":{"a":1}}';
    await mintText(
      `{"s2s":{"provider":"acme","model":"m","tools":[{"name":"f","description":"","parameters":${parameters}}]}}`,
    );
    expect(JSON.stringify(gateway.live.prepared[0]?.config.tools[0]?.parameters)).toBe(parameters);
  });

  test('[JS2] half of a surrogate pair becomes U+FFFD in every text and name', async () => {
    const half = String.raw`\ud83c`;
    const minted = await mintText(
      `{"s2s":{"provider":"acme","model":"m${half}","voice":"v${half}","systemPrompt":"p${half}","tools":[{"name":"f",` +
        `"description":"d${half}","parameters":{"k${half}":"v${half}","whole":"\\ud83c\\udf89"}}]},` +
        `"firstMessage":"f${half}","metadata":{"k${half}":["v${half}",12345678901234567890]}}`,
    );
    expect(gateway.live.prepared[0]?.config).toMatchObject({
      model: 'm\u{fffd}',
      voice: 'v\u{fffd}',
      systemPrompt: 'p\u{fffd}',
      firstMessage: 'f\u{fffd}',
      tools: [{ name: 'f', description: 'd\u{fffd}', parameters: { 'k\u{fffd}': 'v\u{fffd}', whole: '\u{1f389}' } }],
    });
    const record = await gateway.store.findSession(gateway.keyId, minted.json().sessionId);
    expect(record?.metadataJson).toBe('{"k\u{fffd}":["v\u{fffd}",12345678901234567890]}');
  });

  test('[RS11] an empty firstMessage is the same as none', async () => {
    await gateway.mint({ firstMessage: '' });
    expect(gateway.live.prepared[0]?.config).not.toHaveProperty('firstMessage');
  });

  test('[RS10] a ttlSeconds over the cap is lowered to it, one below is granted', async () => {
    await restart({ maxDurationSeconds: 600 });
    expect((await gateway.mint({ ttlSeconds: 86_400 })).json().maxDurationSeconds).toBe(600);
    expect((await gateway.mint({ ttlSeconds: 599 })).json().maxDurationSeconds).toBe(599);
    expect((await gateway.mint()).json().maxDurationSeconds).toBe(600);
  });

  test('[RS4] a provider of this process is checked and prepared like a dialled one', async () => {
    expect((await gateway.mint(s2s({ provider: 'local', model: 'local-1' }))).statusCode).toBe(201);
    expect(gateway.live.prepared[0]).toMatchObject({ provider: { adapter: { id: 'local' } } });
    expect(gateway.live.plans).toEqual([undefined]);
  });

  test('[RS12] ids of sessions minted later sort later', async () => {
    const first = (await gateway.mint()).json().sessionId;
    gateway.clock.advance(1);
    const second = (await gateway.mint()).json().sessionId;
    expect(first < second).toBe(true);
  });
});

describe('wsUrl', () => {
  test('[RS13] is built from the public URL, path prefix kept', async () => {
    await restart({ publicUrl: 'https://voice.example.com/eu/' });
    const { wsUrl, sessionId } = (await gateway.mint()).json();
    expect(wsUrl).toBe(`wss://voice.example.com/eu/v1/realtime/${sessionId}/ws`);
  });

  test('[RS13] is built from the host of the request without one, and forwarded headers are not believed', async () => {
    const response = await gateway.mint(
      {},
      {
        host: 'gateway.local:8787',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      },
    );
    const { wsUrl, sessionId } = response.json();
    expect(wsUrl).toBe(`ws://gateway.local:8787/v1/realtime/${sessionId}/ws`);
  });

  test('[RS13] follows the forwarded host and protocol behind a trusted proxy', async () => {
    await restart({ trustProxy: true });
    const response = await gateway.mint({}, { 'x-forwarded-host': 'voice.example.com', 'x-forwarded-proto': 'https' });
    const { wsUrl, sessionId } = response.json();
    expect(wsUrl).toBe(`wss://voice.example.com/v1/realtime/${sessionId}/ws`);
  });

  test('[RS13] ignores a Host that is no host', async () => {
    const { wsUrl } = (await gateway.mint({}, { host: 'a/b?c@d' })).json();
    expect(wsUrl).toMatch(/^ws:\/\/127\.0\.0\.1\/v1\/realtime\//);
  });
});

describe('a request that is not valid is 400 VALIDATION_ERROR', () => {
  const json = 'Must be JSON in UTF-8, such as {"mode":"s2s","s2s":{"provider":"openai","model":"gpt-realtime-2.1"}}.';

  test.each([
    ['[RS15] no JSON', '{"mode":', 'application/json'],
    ['[RS15] a form', 'mode=s2s', 'application/x-www-form-urlencoded'],
    ['[RS15] bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/json'],
  ])('%s', async (_title, payload, type) => {
    const response = await gateway.call({
      method: 'POST',
      url: '/v1/sessions',
      payload,
      headers: { 'content-type': type },
    });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: `The request: ${json}`,
      code: 'VALIDATION_ERROR',
      issues: [{ path: '', message: json }],
    });
  });

  test.each([
    ['no body', ''],
    ['an array', '[]'],
    ['null', 'null'],
  ])('[RS15] %s where an object is due', async (_title, payload) => {
    const headers = { 'content-type': 'application/json' };
    const response = await gateway.call({ method: 'POST', url: '/v1/sessions', payload, headers });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: 'The request: Must be a JSON object.',
      code: 'VALIDATION_ERROR',
      issues: [{ path: '', message: 'Must be a JSON object.' }],
    });
  });

  test('[RS15] JSON is JSON, whatever content type it claims', async () => {
    const payload = JSON.stringify(validBody());
    const headers = { 'content-type': 'text/plain' };
    expect((await gateway.call({ method: 'POST', url: '/v1/sessions', payload, headers })).statusCode).toBe(201);
  });

  test.each([
    [Infinity, '1e400'],
    [-Infinity, '[-1e999]'],
  ])('[RS15] a number that would be handed back as null: %s', async (_number, json) => {
    const response = await mintText(`{"s2s":{"provider":"acme","model":"m"},"metadata":{"a":{"b":${json}}}}`);
    expect([response.statusCode, response.json().error]).toEqual([
      400,
      'The request: Must hold no number beyond 1.8e308; send it as a string.',
    ]);
  });

  test.each([
    [
      's2s.temperature',
      '"s2s":{"provider":"acme","model":"m","temperature":12345678901234567890}',
      'Must be a number from 0 to 2.',
    ],
    [
      's2s.inputSampleRate',
      '"s2s":{"provider":"acme","model":"m","inputSampleRate":12345678901234567890}',
      'Must be 16000 or 24000.',
    ],
    [
      's2s.tools',
      '"s2s":{"provider":"acme","model":"m","tools":12345678901234567890}',
      'Must be an array of at most 128 tools.',
    ],
    ['s2s.tools[0]', '"s2s":{"provider":"acme","model":"m","tools":[12345678901234567890]}', 'Must be a JSON object.'],
    [
      's2s.tools[0].parameters',
      '"s2s":{"provider":"acme","model":"m","tools":[{"name":"f","description":"","parameters":12345678901234567890}]}',
      'Must be a JSON Schema object, such as {"type":"object","properties":{}}.',
    ],
    ['s2s', '"s2s":12345678901234567890', 'Must be a JSON object.'],
    ['metadata', '"s2s":{"provider":"acme","model":"m"},"metadata":12345678901234567890', 'Must be a JSON object.'],
    [
      'ttlSeconds',
      '"s2s":{"provider":"acme","model":"m"},"ttlSeconds":-12345678901234567890',
      'Must be a whole number of seconds, 1 or more.',
    ],
    ['mode', '"s2s":{"provider":"acme","model":"m"},"mode":12345678901234567890', 'Must be "s2s", or left out.'],
  ])('[RS5] an absurd integer at %s', async (path, fields, message) => {
    const response = await mintText(`{${fields}}`);
    expect([response.statusCode, response.json().issues]).toEqual([400, [{ path, message }]]);
  });

  test('[RS15] an absurd integer as the whole body', async () => {
    const response = await mintText('12345678901234567890');
    expect([response.statusCode, response.json().error]).toEqual([400, 'The request: Must be a JSON object.']);
  });

  test('[RS3] every unknown field is named with its path', async () => {
    const response = await gateway.mint({ ...s2s({ voicee: 'x' }), ttl: 5 });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: 's2s.voicee: Unknown field; correct its spelling or remove it. (and 1 more; see issues)',
      code: 'VALIDATION_ERROR',
      issues: [
        { path: 's2s.voicee', message: 'Unknown field; correct its spelling or remove it.' },
        { path: 'ttl', message: 'Unknown field; correct its spelling or remove it.' },
      ],
    });
  });

  test('[RS4] an unknown provider, with those there are', async () => {
    const response = await gateway.mint(s2s({ provider: 'opnai' }));
    const message = '"opnai" is not a provider of this gateway; use one of: acme, local, unset.';
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: `s2s.provider: ${message}`,
      code: 'VALIDATION_ERROR',
      issues: [{ path: 's2s.provider', message }],
    });
  });

  test.each([
    ['[RS4]', 'mode', { mode: 'speech' }],
    ['[RS5]', 's2s.model', s2s({ model: '' })],
    ['[RS5]', 's2s.temperature', s2s({ temperature: 2.1 })],
    ['[RS6]', 's2s.turnDetection', s2s({ turnDetection: 'off' })],
    ['[RS7]', 's2s.inputSampleRate', s2s({ inputSampleRate: 48_000 })],
    ['[RS8]', 's2s.tools[0].name', s2s({ tools: [{ name: '1', description: '', parameters: {} }] })],
    ['[RS9]', 'metadata', { metadata: { text: 'x'.repeat(16_384) } }],
    ['[RS10]', 'ttlSeconds', { ttlSeconds: 0 }],
    ['[RS11]', 'firstMessage', { firstMessage: 'x'.repeat(2_001) }],
  ])('%s a wrong %s', async (_rule, path, changes) => {
    const response = await gateway.mint(changes);
    expect(response.statusCode).toBe(400);
    expect(response.json().code).toBe('VALIDATION_ERROR');
    expect(response.json().issues.map((issue: { path: string }) => issue.path)).toEqual([path]);
  });

  test('[RS5] what the adapter itself refuses, in its own words', async () => {
    const response = await gateway.mint(s2s({ voice: 'nobody' }));
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: 's2s: There is no voice "nobody"; use "ann" or "ben".',
      code: 'VALIDATION_ERROR',
      issues: [{ path: 's2s', message: 'There is no voice "nobody"; use "ann" or "ben".' }],
    });
    expect(gateway.live.prepared).toEqual([]);
  });

  test('[RS8] a tool that is too large for the provider, at its path', async () => {
    const tools = ['small', 'large'].map((name) => ({ name, description: '', parameters: {} }));
    const response = await gateway.mint(s2s({ tools }));
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: 's2s.tools[1].parameters: That is too large; make it smaller.',
      code: 'VALIDATION_ERROR',
      issues: [{ path: 's2s.tools[1].parameters', message: 'That is too large; make it smaller.' }],
    });
    expect(gateway.live.prepared).toEqual([]);
  });

  test('[RS23] [ER2] bodies that wait behind a hundred others of their key are 429 RATE_LIMITED', async () => {
    const { key } = await gateway.apiKeys.create({ name: 'other' });
    const mints = Array.from({ length: 120 }, () => gateway.mint({ ttlSeconds: 0 }));
    const other = gateway.mint({}, { authorization: `Bearer ${key}` });
    const responses = await Promise.all(mints);
    const limited = responses.filter(({ statusCode }) => statusCode === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(responses.filter(({ statusCode }) => statusCode === 400)).toHaveLength(120 - limited.length);
    expect(limited[0]?.headers['retry-after']).toBe('1');
    expect(limited[0]?.json()).toEqual({
      error: 'Too many requests of this API key are waiting to be read; send fewer at the same time, or smaller ones.',
      code: 'RATE_LIMITED',
    });
    expect((await other).statusCode).toBe(201);
  });

  test('[RS15] a body nested so deep that walking it would overflow the stack', async () => {
    const payload = `{"mode":"s2s","metadata":{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`;
    const response = await gateway.call({
      method: 'POST',
      url: '/v1/sessions',
      payload,
      headers: { 'content-type': 'application/json' },
    });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toBe(
      'The request: Must not nest deeper than 64 levels; flatten it, or send part of it as a string.',
    );
  });
});

describe('a request that is refused', () => {
  test('[RS15] a body over 262,144 bytes is 413 PAYLOAD_TOO_LARGE, one of that size is read', async () => {
    const body = JSON.stringify({ ...validBody(), s2s: { ...validBody().s2s, systemPrompt: '' } });
    const ofSize = (bytes: number) =>
      gateway.call({
        method: 'POST',
        url: '/v1/sessions',
        headers: { 'content-type': 'application/json' },
        payload: body.replace('"systemPrompt":""', `"systemPrompt":"${'x'.repeat(bytes - body.length)}"`),
      });
    expect((await ofSize(262_144)).statusCode).toBe(201);
    const response = await ofSize(262_145);
    expect(response.statusCode).toBe(413);
    expect(response.json()).toEqual({
      error: 'The body is over 262144 bytes; shorten systemPrompt, tools or metadata.',
      code: 'PAYLOAD_TOO_LARGE',
    });
  });

  test('[RS16] a provider without credentials is 422 PROVIDER_NOT_CONFIGURED, naming the setting', async () => {
    const response = await gateway.mint(s2s({ provider: 'unset' }));
    expect(response.statusCode).toBe(422);
    expect(response.json()).toEqual({
      error: 'Provider "unset" has no credentials on this gateway; set UNSET_API_KEY and start it again.',
      code: 'PROVIDER_NOT_CONFIGURED',
    });
  });

  test('[RS17] a provider the key may not use is 403 FORBIDDEN, also when it has no credentials', async () => {
    const { key } = await gateway.apiKeys.create({ name: 'narrow', providers: ['local'] });
    for (const provider of ['acme', 'unset']) {
      const response = await gateway.mint(s2s({ provider }), { authorization: `Bearer ${key}` });
      expect(response.statusCode).toBe(403);
      expect(response.json()).toEqual({
        error: `This API key may not use provider "${provider}"; use one of: local, or ask for another key.`,
        code: 'FORBIDDEN',
      });
    }
    const allowed = await gateway.mint(s2s({ provider: 'local' }), { authorization: `Bearer ${key}` });
    expect(allowed.statusCode).toBe(201);
  });

  test('[RS18] [ER2] one session more than the key may mint per minute is 429 RATE_LIMITED until the oldest is a minute old', async () => {
    await restart({ keySessionsPerMinute: 2 });
    await gateway.mint();
    gateway.clock.advance(20_500);
    await gateway.mint();
    const refused = await gateway.mint();
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('40');
    expect(refused.json()).toEqual({
      error: 'This API key is at its limit of 2 new sessions per minute; try again in 40 s.',
      code: 'RATE_LIMITED',
    });
    gateway.clock.advance(40_000);
    expect((await gateway.mint()).statusCode).toBe(201);
  });

  test('[RS18] one session more than the key may have at once is 429 RATE_LIMITED; another key has its own count', async () => {
    await restart({ keyConcurrentSessions: 1 });
    const { sessionId } = (await gateway.mint()).json();
    const refused = await gateway.mint();
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.json()).toEqual({
      error: 'This API key is at its limit of 1 sessions at the same time; end one or wait for one to end.',
      code: 'RATE_LIMITED',
    });
    const other = await gateway.apiKeys.create({ name: 'other' });
    expect((await gateway.mint({}, { authorization: `Bearer ${other.key}` })).statusCode).toBe(201);
    gateway.live.end(sessionId, 'client_closed');
    expect((await gateway.mint()).statusCode).toBe(201);
  });

  test('[RS18] of many mints at the same moment no more than the limit pass', async () => {
    await restart({ keyConcurrentSessions: 3 });
    slowDownStore();
    const responses = await Promise.all(Array.from({ length: 10 }, () => gateway.mint()));
    const statuses = responses.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, 201, 201, 429, 429, 429, 429, 429, 429, 429]);
  });

  test('[RS19] of many mints at the same moment no more than the node may hold pass', async () => {
    await restart({ maxSessions: 2 });
    slowDownStore();
    const responses = await Promise.all(Array.from({ length: 5 }, () => gateway.mint()));
    const statuses = responses.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, 201, 503, 503, 503]);
  });

  test('[RS18] a refused body does not count against the limit', async () => {
    await restart({ keySessionsPerMinute: 1 });
    expect((await gateway.mint({ mode: 'x' })).statusCode).toBe(400);
    expect((await gateway.mint(s2s({ provider: 'unset' }))).statusCode).toBe(422);
    expect((await gateway.mint()).statusCode).toBe(201);
  });

  test('[RS19] [ER2] a shutting-down gateway is 503 DRAINING with Retry-After', async () => {
    gateway.live.draining = true;
    const response = await gateway.mint();
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(response.json()).toEqual({
      error: 'This gateway is shutting down; try again, and another node or the restarted one will answer.',
      code: 'DRAINING',
    });
  });

  test('[RS19] a shutdown that begins while a session is minted leaves an expired record and no session', async () => {
    const saveToken = gateway.store.saveToken.bind(gateway.store);
    gateway.store.saveToken = async (token) => {
      await saveToken(token);
      gateway.live.draining = true;
    };
    expect((await gateway.mint()).json().code).toBe('DRAINING');
    expect(gateway.live.prepared).toEqual([]);
    const page = await gateway.store.listSessions(gateway.keyId, { limit: 10 });
    expect(page.sessions.map(({ status }) => status)).toEqual(['expired']);
  });

  test('[RS19] [ER2] a gateway at its session limit is 503 OVERLOADED with Retry-After', async () => {
    await restart({ maxSessions: 1 });
    await gateway.mint();
    const response = await gateway.mint();
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(response.json()).toEqual({
      error: 'This gateway is at its limit of 1 sessions; try again shortly.',
      code: 'OVERLOADED',
    });
  });

  test('[ER3] a fault of the gateway is 500 INTERNAL and tells nothing of its inside', async () => {
    const response = await gateway.mint(s2s({ model: 'broken' }));
    expect(response.statusCode).toBe(500);
    expect(response.json()).toEqual({
      error: `Something went wrong inside the gateway; try again, and if it stays, tell the operator request id ${String(response.headers['x-request-id'])}.`,
      code: 'INTERNAL',
    });
  });

  test('[ER3] a store that fails is 500 INTERNAL, and the place it held is free again', async () => {
    await restart({ maxSessions: 1 });
    const createSession = gateway.store.createSession.bind(gateway.store);
    gateway.store.createSession = () => Promise.reject(new Error('disk full'));
    expect((await gateway.mint()).statusCode).toBe(500);
    gateway.store.createSession = createSession;
    expect((await gateway.mint()).statusCode).toBe(201);
  });
});

describe('an Idempotency-Key', () => {
  const again = { 'idempotency-key': 'order-1' };

  test('[ID1] a repeat within 10 minutes returns the same session, and makes no second one', async () => {
    const first = await gateway.mint({ metadata: { a: 1, b: 2 } }, again);
    gateway.clock.advance(599_999);
    const second = await gateway.mint({ metadata: { b: 2, a: 1 } }, again);
    expect(second.statusCode).toBe(201);
    expect(second.json()).toEqual(first.json());
    expect(gateway.live.prepared).toHaveLength(1);
  });

  test('[ID1] repeats at the same moment all get the one session', async () => {
    slowDownStore();
    const responses = await Promise.all(Array.from({ length: 5 }, () => gateway.mint({}, again)));
    expect(new Set(responses.map((response) => response.json().sessionId)).size).toBe(1);
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 201, 201]);
    expect(gateway.live.prepared).toHaveLength(1);
  });

  test.each([
    ['12345678901234567890', '12345678901234567891'],
    ['{"__proto__":1}', '{}'],
    ['{"__proto__":{"n":12345678901234567890}}', '{"__proto__":{"n":12345678901234567800}}'],
  ])('[ID1] [ID2] [JS1] %s in a body is not %s', async (one, other) => {
    const body = (value: string) => `{"s2s":{"provider":"acme","model":"m"},"metadata":{"a":${value}}}`;
    const statuses = [];
    for (const value of [one, ` ${one} `, other]) statuses.push((await mintText(body(value), again)).statusCode);
    expect(statuses).toEqual([201, 201, 409]);
  });

  test('[ID2] the same key with another body is 409 IDEMPOTENCY_CONFLICT', async () => {
    await gateway.mint({}, again);
    const response = await gateway.mint({ ttlSeconds: 5 }, again);
    expect(response.statusCode).toBe(409);
    expect(response.json()).toEqual({
      error: 'This Idempotency-Key was used with another body; repeat that body unchanged, or use a new key.',
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  test('[ID1] a request under way on another node is 409 IDEMPOTENCY_CONFLICT', async () => {
    const claimIdempotency = gateway.store.claimIdempotency.bind(gateway.store);
    gateway.store.claimIdempotency = async (claim) => {
      await claimIdempotency(claim);
      return claimIdempotency(claim);
    };
    const response = await gateway.mint({}, again);
    expect(response.statusCode).toBe(409);
    expect(response.json()).toEqual({
      error: 'A request with this Idempotency-Key is still being answered; repeat it in a few seconds.',
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  test('[ID1] a refused request is not remembered', async () => {
    await restart({ maxSessions: 1 });
    const { sessionId } = (await gateway.mint()).json();
    expect((await gateway.mint({ ttlSeconds: 9 }, again)).statusCode).toBe(503);
    gateway.live.end(sessionId, 'client_closed');
    expect((await gateway.mint({ ttlSeconds: 10 }, again)).statusCode).toBe(201);
  });

  test('[ID3] belongs to one API key', async () => {
    const other = await gateway.apiKeys.create({ name: 'other' });
    const mine = await gateway.mint({}, again);
    const theirs = await gateway.mint({ ttlSeconds: 5 }, { ...again, authorization: `Bearer ${other.key}` });
    expect(theirs.statusCode).toBe(201);
    expect(theirs.json().sessionId).not.toBe(mine.json().sessionId);
  });

  test('[ID3] is forgotten after 10 minutes', async () => {
    const first = await gateway.mint({}, again);
    gateway.clock.advance(600_000);
    const second = await gateway.mint({}, again);
    expect(second.json().sessionId).not.toBe(first.json().sessionId);
  });

  test.each([
    ['with space', 'a b'],
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
  ])('[ID3] %s is 400 VALIDATION_ERROR', async (_title, value) => {
    const response = await gateway.mint({}, { 'idempotency-key': value });
    const message = 'Must be 1 to 255 printable ASCII characters without spaces, such as a UUID.';
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: `Idempotency-Key: ${message}`,
      code: 'VALIDATION_ERROR',
      issues: [{ path: 'Idempotency-Key', message }],
    });
  });

  test('[ID1] [LM1] the remembered answer is stored sealed: no token in the clear', async () => {
    const saved: string[] = [];
    const save = gateway.store.saveIdempotentResponse.bind(gateway.store);
    gateway.store.saveIdempotentResponse = (keyId, idempotencyKey, response) => {
      saved.push(response);
      return save(keyId, idempotencyKey, response);
    };
    const { wsToken } = (await gateway.mint({}, again)).json();
    expect(saved).toHaveLength(1);
    expect(Buffer.from(saved[0] ?? '', 'base64').toString('latin1')).not.toContain(wsToken);
  });
});
