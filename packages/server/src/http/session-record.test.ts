import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpAppFixture, START_MS, startHttpApp } from './__fixtures__/start-http-app.ts';

let gateway: HttpAppFixture;

beforeEach(async () => {
  gateway = await startHttpApp();
});

afterEach(() => gateway.close());

const get = (url: string, headers: Record<string, string> = {}) => gateway.call({ method: 'GET', url, headers });
const end = (id: string) => gateway.call({ method: 'POST', url: `/v1/sessions/${id}/end` });

async function mintId(changes: object = {}): Promise<string> {
  return (await gateway.mint(changes)).json().sessionId;
}

async function otherKey(): Promise<Record<string, string>> {
  const { key } = await gateway.apiKeys.create({ name: 'other' });
  return { authorization: `Bearer ${key}` };
}

const notFound = {
  error: 'This API key has no session with this id; check the id, and that the key is the one that minted it.',
  code: 'NOT_FOUND',
};

describe('GET /v1/sessions/{id}', () => {
  test('[SR1] answers the record, null for what has not happened', async () => {
    const id = await mintId({ metadata: { customer: '42' }, ttlSeconds: 60 });
    const response = await get(`/v1/sessions/${id}`);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      id,
      mode: 's2s',
      provider: 'acme',
      model: 'acme-1',
      voice: null,
      status: 'created',
      createdAt: '2026-01-31T12:00:00.000Z',
      connectedAt: null,
      endedAt: null,
      endReason: null,
      durationMs: null,
      maxDurationSeconds: 60,
      metadata: { customer: '42' },
      usage: {
        responses: 0,
        inputAudioTokens: 0,
        outputAudioTokens: 0,
        inputTextTokens: 0,
        outputTextTokens: 0,
        cachedTokens: 0,
      },
      audio: { inputMs: 0, outputMs: 0 },
      timeToFirstAudio: { count: 0, medianMs: null, p95Ms: null },
      lastError: null,
    });
  });

  test('[SR10] a session that talks has lasted until now, and one that is over until its end', async () => {
    const id = await mintId();
    gateway.live.durations.set(id, 12_345);
    expect((await get(`/v1/sessions/${id}`)).json().durationMs).toBeNull();
    await gateway.store.sessionConnected(id, START_MS);
    expect((await get(`/v1/sessions/${id}`)).json().durationMs).toBe(12_345);
    expect((await get('/v1/sessions')).json().sessions[0].durationMs).toBe(12_345);
    await gateway.store.sessionEnded(id, { status: 'ended', reason: 'client_closed', atMs: START_MS, durationMs: 7 });
    expect((await get(`/v1/sessions/${id}`)).json().durationMs).toBe(7);
  });

  test('[SR3] every path below answers 404 NOT_FOUND for a session of another key as for none', async () => {
    const id = await mintId();
    const headers = await otherKey();
    for (const sessionId of [id, 'ses_none', 'x'.repeat(200), '%00']) {
      for (const path of ['', '/transcript', '/stream']) {
        const response = await get(`/v1/sessions/${sessionId}${path}`, headers);
        expect([path, response.statusCode, response.json()]).toEqual([path, 404, notFound]);
      }
      const response = await gateway.call({ method: 'POST', url: `/v1/sessions/${sessionId}/end`, headers });
      expect([response.statusCode, response.json()]).toEqual([404, notFound]);
    }
    expect(gateway.live.ended).toEqual([]);
  });
});

describe('GET /v1/sessions', () => {
  test('[SR4] pages run newest first, and the last one has no cursor', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      ids.unshift(await mintId());
      gateway.clock.advance(1_000);
    }
    const first = (await get('/v1/sessions?limit=2')).json();
    expect(first.sessions.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const second = (await get(`/v1/sessions?limit=2&cursor=${first.nextCursor}`)).json();
    expect(second.sessions.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2));
    expect(second.nextCursor).toBeNull();
    expect(second.entries).toEqual([
      { sessionId: ids[2], kind: 's2s', status: 'created', createdAt: '2026-01-31T12:00:00.000Z' },
    ]);
  });

  test('[SR4] a page holds 20 by default', async () => {
    for (let index = 0; index < 21; index += 1) await mintId();
    expect((await get('/v1/sessions')).json().sessions).toHaveLength(20);
  });

  test('[SR4] status and provider filter', async () => {
    const acme = await mintId();
    const local = await mintId({ s2s: { provider: 'local', model: 'local-1' } });
    await gateway.store.sessionConnected(local, START_MS);
    const idsOf = async (query: string) =>
      (await get(`/v1/sessions?${query}`)).json().sessions.map(({ id }: { id: string }) => id);
    expect(await idsOf('status=active')).toEqual([local]);
    expect(await idsOf('provider=acme')).toEqual([acme]);
    expect(await idsOf('provider=acme&status=active')).toEqual([]);
  });

  test('[SR3] a key sees only its own', async () => {
    await mintId();
    expect((await get('/v1/sessions', await otherKey())).json()).toEqual({
      sessions: [],
      entries: [],
      nextCursor: null,
    });
  });

  test('[SR4] a cursor the gateway did not make is 400 VALIDATION_ERROR', async () => {
    const response = await get('/v1/sessions?cursor=nonsense');
    const message = 'Not a cursor of this gateway; pass "nextCursor" of the previous page unchanged, or leave it out.';
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: `cursor: ${message}`,
      code: 'VALIDATION_ERROR',
      issues: [{ path: 'cursor', message }],
    });
  });

  test.each([
    ['[RS3]', 'limt=5', 'limt'],
    ['[SR4]', 'limit=0', 'limit'],
    ['[SR4]', 'limit=101', 'limit'],
    ['[SR4]', 'limit=1&limit=2', 'limit'],
    ['[SR4]', 'status=over', 'status'],
  ])('%s ?%s is 400 VALIDATION_ERROR at %s', async (_rule, query, path) => {
    const response = await get(`/v1/sessions?${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'VALIDATION_ERROR', issues: [{ path }] });
  });
});

test('[SR5] the transcript answers finals in the order of speaking', async () => {
  const id = await mintId();
  await gateway.store.sessionConnected(id, START_MS + 500);
  const assistant = {
    turn: 'a1',
    role: 'assistant',
    text: 'Hi!',
    interrupted: true,
    startMs: 900,
    atMs: 1_500,
  } as const;
  const user = { turn: 'u1', role: 'user', text: 'Hello.', interrupted: false, startMs: 100, atMs: 1_600 } as const;
  await gateway.store.appendTranscript(id, assistant);
  await gateway.store.appendTranscript(id, user);
  const response = await get(`/v1/sessions/${id}/transcript`);
  expect(response.statusCode).toBe(200);
  const listed = {
    provider: 'acme',
    model: 'acme-1',
    eouMs: null,
    llmTtftMs: null,
    ttsTtfbMs: null,
    conversationalLatencyMs: null,
    latencyStatus: null,
    toolCalls: [],
  };
  expect(response.json()).toEqual({
    sessionId: id,
    entries: [
      {
        ...user,
        id: 'u1',
        index: 0,
        source: 'user',
        startedAt: '2026-01-31T12:00:00.600Z',
        endedAt: '2026-01-31T12:00:02.100Z',
        ...listed,
      },
      {
        ...assistant,
        id: 'a1',
        index: 1,
        source: 'agent',
        startedAt: '2026-01-31T12:00:01.400Z',
        endedAt: '2026-01-31T12:00:02.000Z',
        ...listed,
      },
    ],
  });
});

describe('POST /v1/sessions/{id}/end', () => {
  test('[SR7] ends the session with ended_by_api and answers the record as it then stands', async () => {
    const id = await mintId();
    gateway.live.onEnd = (sessionId) => {
      // As the live side does it: first the record, some time later the notice.
      setImmediate(() => {
        void gateway.store
          .sessionEnded(sessionId, { status: 'ended', reason: 'ended_by_api', atMs: START_MS + 5, durationMs: null })
          .then(() => gateway.notices.publish(sessionId, { type: 'end', reason: 'ended_by_api', atMs: START_MS + 5 }));
      });
    };
    const response = await end(id);
    expect(response.statusCode).toBe(200);
    expect(gateway.live.ended).toEqual([{ sessionId: id, reason: 'ended_by_api' }]);
    expect(response.json()).toMatchObject({
      id,
      status: 'ended',
      endReason: 'ended_by_api',
      endedAt: '2026-01-31T12:00:00.005Z',
    });
    expect(gateway.clock.timerCount).toBe(0);
  });

  test('[SR7] closes the record of a session that no process holds any more, and tells those who watch', async () => {
    const id = await mintId();
    gateway.live.prepared.splice(0);
    const notices: unknown[] = [];
    gateway.notices.subscribe(id, (notice) => notices.push(notice));
    const response = await end(id);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ status: 'ended', endReason: 'ended_by_api' });
    expect(notices).toEqual([
      { type: 'status', status: 'ended', atMs: START_MS },
      { type: 'end', reason: 'ended_by_api', atMs: START_MS },
    ]);
  });

  test.each([
    ['ended', 'client_closed', 'This session has ended (client_closed); there is nothing left to end.'],
    ['expired', null, 'This session expired before anyone connected; there is nothing left to end.'],
  ] as const)('[SR7] a session that %s is 409 SESSION_ENDED', async (status, reason, error) => {
    const id = await mintId();
    await gateway.store.sessionEnded(id, { status, reason, atMs: START_MS, durationMs: null });
    const response = await end(id);
    expect(response.statusCode).toBe(409);
    expect(response.json()).toEqual({ error, code: 'SESSION_ENDED' });
    expect(gateway.live.ended).toEqual([]);
  });
});

describe('GET /v1/usage', () => {
  test('[SR8] answers one row per provider and model, over the last 30 days by default', async () => {
    const id = await mintId();
    await gateway.store.saveProgress(id, {
      durationMs: null,
      usage: {
        responses: 1,
        inputAudioTokens: 10,
        outputAudioTokens: 20,
        inputTextTokens: 3,
        outputTextTokens: 4,
        cachedTokens: 5,
      },
      inputAudioMs: 1_000,
      outputAudioMs: 2_000,
      timeToFirstAudio: { count: 1, medianMs: 300, p95Ms: 300 },
    });
    gateway.clock.advance(1);
    const response = await get('/v1/usage');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      from: '2026-01-01T12:00:00.001Z',
      to: '2026-01-31T12:00:00.001Z',
      rows: [
        {
          provider: 'acme',
          model: 'acme-1',
          sessions: 1,
          durationMs: 0,
          usage: {
            responses: 1,
            inputAudioTokens: 10,
            outputAudioTokens: 20,
            inputTextTokens: 3,
            outputTextTokens: 4,
            cachedTokens: 5,
          },
          audio: { inputMs: 1_000, outputMs: 2_000 },
        },
      ],
    });
    expect((await get('/v1/usage', await otherKey())).json().rows).toEqual([]);
  });

  test('[SR8] takes dates and instants, and leaves out what was created at or after "to"', async () => {
    await mintId();
    const rowsOf = async (query: string) => (await get(`/v1/usage?${query}`)).json().rows.length;
    expect(await rowsOf('from=2026-01-31&to=2026-02-01')).toBe(1);
    expect(await rowsOf('from=2026-01-31T12:00:00Z&to=2026-01-31T12:00:00.001Z')).toBe(1);
    expect(await rowsOf('from=2026-01-31&to=2026-01-31T13:00:00%2B01:00')).toBe(0);
  });

  test.each([
    [
      '[SR8]',
      'from=yesterday',
      'from',
      'Must be an ISO 8601 date or instant, such as 2026-01-31 or 2026-01-31T12:00:00Z.',
    ],
    ['[SR8]', 'from=2026-02-01&to=2026-01-01', 'from', 'Must be earlier than "to".'],
    ['[SR8]', 'from=2027-01-01', 'from', 'Must be in the past when "to" is left out.'],
    ['[RS3]', 'since=2026-01-01', 'since', 'Unknown field; correct its spelling or remove it.'],
  ])('%s ?%s is 400 VALIDATION_ERROR', async (_rule, query, path, message) => {
    const response = await get(`/v1/usage?${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: `${path}: ${message}`,
      code: 'VALIDATION_ERROR',
      issues: [{ path, message }],
    });
  });
});

test('[SR9] providers are listed with what they can do and what they lack', async () => {
  const response = await get('/v1/providers');
  const capabilities = {
    turnDetectionAuto: true,
    turnDetectionManual: true,
    commit: true,
    clear: true,
    interrupt: true,
    truncate: false,
    text: true,
    tools: true,
    parallelTools: true,
    firstMessage: true,
    temperature: true,
    voice: true,
    userTranscript: true,
    assistantTranscript: true,
    usage: true,
    resumption: false,
    fullDuplex: false,
  };
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({
    providers: [
      { id: 'acme', configured: true, missingSetting: null, capabilities, models: ['acme-1'] },
      {
        id: 'local',
        configured: true,
        missingSetting: null,
        capabilities: { ...capabilities, temperature: false },
        models: ['local-1', 'local-tools'],
      },
      { id: 'unset', configured: false, missingSetting: 'UNSET_API_KEY', capabilities, models: ['unset-1'] },
    ],
  });
});
