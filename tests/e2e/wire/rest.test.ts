// The HTTP error table row by row over a real socket, and the record of calls that really took place.
import { HTTP_ERRORS, type HttpErrorCode } from '@speko/protocol';
import { StoreError } from '@speko/server';
import { describe, expect, test, vi } from 'vitest';
import { refusedUpgrade } from '../helpers/plain-client.ts';
import { speech, chunksOf } from '../helpers/speech.ts';
import {
  startGateway,
  type Answer,
  type ErrorAnswer,
  type GatewayOptions,
  type TestGateway,
} from '../helpers/start-gateway.ts';

interface Row {
  readonly code: HttpErrorCode;
  readonly rule: string;
  readonly status: number;
  /** The message tells what to do. */
  readonly says: RegExp;
  readonly options?: GatewayOptions;
  readonly ask: (gateway: TestGateway) => Promise<Pick<Answer<ErrorAnswer>, 'status' | 'body'> & { headers: unknown }>;
}

const ECHO = { mode: 's2s', s2s: { provider: 'echo', model: 'echo' } };
const MIRROR = { mode: 's2s', s2s: { provider: 'mirror', model: 'mirror-1' } };

const rows: Row[] = [
  {
    code: 'VALIDATION_ERROR',
    rule: 'RS3',
    status: 400,
    says: /s2s\.voicee/,
    ask: (gateway) => gateway.post('/v1/sessions', { mode: 's2s', s2s: { ...ECHO.s2s, voicee: 'x' } }),
  },
  {
    code: 'UNAUTHORIZED',
    rule: 'RS1',
    status: 401,
    says: /Authorization: Bearer/,
    ask: (gateway) => gateway.fetch('/v1/sessions'),
  },
  {
    code: 'TOKEN_INVALID',
    rule: 'HS3',
    status: 401,
    says: /Send the wsToken of POST \/v1\/sessions as the first WebSocket subprotocol/,
    ask: async (gateway) => refusedUpgrade((await gateway.mint()).wsUrl, { protocols: ['nope'] }),
  },
  {
    code: 'TOKEN_EXPIRED',
    rule: 'HS3',
    status: 401,
    says: /Create a new session/,
    async ask(gateway) {
      const { wsUrl, wsToken } = await gateway.mint();
      gateway.clock.skip(60_000);
      return refusedUpgrade(wsUrl, { protocols: [wsToken] });
    },
  },
  {
    code: 'TOKEN_USED',
    rule: 'HS4',
    status: 401,
    says: /create a new session/,
    async ask(gateway) {
      const { session } = await gateway.call();
      return refusedUpgrade(session.wsUrl, { protocols: [session.wsToken] });
    },
  },
  {
    code: 'FORBIDDEN',
    rule: 'RS17',
    status: 403,
    says: /use one of: echo/,
    async ask(gateway) {
      const { key } = await gateway.apiKeys.create({ name: 'narrow', providers: ['echo'] });
      return gateway.post('/v1/sessions', MIRROR, { authorization: `Bearer ${key}` });
    },
  },
  {
    code: 'ORIGIN_FORBIDDEN',
    rule: 'HS5',
    status: 403,
    says: /Add it to the allowed origins/,
    async ask(gateway) {
      const { wsUrl, wsToken } = await gateway.mint();
      return refusedUpgrade(wsUrl, { protocols: [wsToken], headers: { origin: 'https://x.example' } });
    },
  },
  {
    code: 'NOT_FOUND',
    rule: 'RS20',
    status: 404,
    says: /openapi\.json/,
    ask: (gateway) => gateway.get('/v1/session'),
  },
  {
    code: 'NOT_FOUND',
    rule: 'SR3',
    status: 404,
    says: /check the id/,
    async ask(gateway) {
      const { key } = await gateway.apiKeys.create({ name: 'other' });
      const { sessionId } = await gateway.mint();
      return gateway.get(`/v1/sessions/${sessionId}`, { headers: { authorization: `Bearer ${key}` } });
    },
  },
  {
    code: 'METHOD_NOT_ALLOWED',
    rule: 'RS20',
    status: 405,
    says: /GET/,
    ask: (gateway) =>
      gateway.get('/v1/sessions', { method: 'DELETE', headers: { authorization: `Bearer ${gateway.key}` } }),
  },
  {
    code: 'IDEMPOTENCY_CONFLICT',
    rule: 'ID2',
    status: 409,
    says: /another body/,
    async ask(gateway) {
      await gateway.post('/v1/sessions', ECHO, { 'idempotency-key': 'k' });
      return gateway.post('/v1/sessions', MIRROR, { 'idempotency-key': 'k' });
    },
  },
  {
    code: 'SESSION_ENDED',
    rule: 'HS6',
    status: 409,
    says: /Create a new one/,
    async ask(gateway) {
      const { wsUrl, wsToken, sessionId } = await gateway.mint();
      await gateway.post(`/v1/sessions/${sessionId}/end`, '');
      return refusedUpgrade(wsUrl, { protocols: [wsToken] });
    },
  },
  {
    code: 'PAYLOAD_TOO_LARGE',
    rule: 'RS15',
    status: 413,
    says: /262144 bytes; shorten/,
    ask: (gateway) => gateway.post('/v1/sessions', { ...ECHO, metadata: { x: 'x'.repeat(270_000) } }),
  },
  {
    code: 'PROVIDER_NOT_CONFIGURED',
    rule: 'RS16',
    status: 422,
    says: /set UNSET_API_KEY/,
    ask: (gateway) => gateway.post('/v1/sessions', { mode: 's2s', s2s: { provider: 'unset', model: 'x' } }),
  },
  {
    code: 'UPGRADE_REQUIRED',
    rule: 'HS6',
    status: 426,
    says: /open it with a WebSocket client/,
    ask: async (gateway) => gateway.fetch(new URL((await gateway.mint()).wsUrl).pathname),
  },
  {
    code: 'RATE_LIMITED',
    rule: 'RS18',
    status: 429,
    says: /2 sessions at the same time; end one or wait/,
    options: { keyConcurrentSessions: 2 },
    async ask(gateway) {
      await gateway.call();
      await gateway.mint();
      return gateway.post('/v1/sessions', ECHO);
    },
  },
  {
    code: 'RATE_LIMITED',
    rule: 'RS18',
    status: 429,
    says: /1 new sessions per minute; try again in \d+ s/,
    options: { keySessionsPerMinute: 1 },
    async ask(gateway) {
      await gateway.mint();
      return gateway.post('/v1/sessions', ECHO);
    },
  },
  {
    code: 'INTERNAL',
    rule: 'ER3',
    status: 500,
    says: /try again, and if it stays, tell the operator request id/,
    ask: (gateway) => gateway.post('/v1/sessions', { mode: 's2s', s2s: { provider: 'mirror', model: 'no-codec' } }),
  },
  {
    code: 'DRAINING',
    rule: 'RS19',
    status: 503,
    says: /shutting down; try again/,
    options: { drainDeadlineMs: 600_000 },
    async ask(gateway) {
      const call = await gateway.call();
      const closing = gateway.server.close();
      const answer = await gateway.post('/v1/sessions', ECHO);
      call.socket.close();
      await closing;
      return answer;
    },
  },
  {
    code: 'OVERLOADED',
    rule: 'RS19',
    status: 503,
    says: /limit of 1 sessions; try again shortly/,
    options: { maxSessions: 1 },
    async ask(gateway) {
      await gateway.mint();
      return gateway.post('/v1/sessions', ECHO);
    },
  },
  {
    code: 'STORE_UNAVAILABLE',
    rule: 'RS21',
    status: 503,
    says: /nothing was changed; try again in a second/,
    async ask(gateway) {
      const reason = { code: 'STORE_UNAVAILABLE', message: 'It is locked.', retryable: true } as const;
      vi.spyOn(gateway.store, 'createSession').mockRejectedValue(new StoreError(reason));
      return gateway.post('/v1/sessions', ECHO);
    },
  },
];

test.each(rows)(
  '[ER1] [ER2] $code is $status and says what to do ($rule)',
  async ({ code, status, says, options, ask }) => {
    const gateway = await startGateway(options);
    const answer = await ask(gateway);
    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
    expect(answer.body.error).toMatch(says);
    expect(answer.body.error).toMatch(/^[A-Z"s].*[.!]$/);
    const headers =
      answer.headers instanceof Headers
        ? Object.fromEntries(answer.headers)
        : (answer.headers as Record<string, string>);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    const retryAfter = headers['retry-after'];
    expect(retryAfter ?? 'none').toMatch(HTTP_ERRORS[code].retryAfter ? /^[1-9]\d*$/ : /^none$/);
    const keys = code === 'VALIDATION_ERROR' ? ['error', 'code', 'issues'] : ['error', 'code'];
    expect(Object.keys(answer.body)).toEqual(keys);
  },
);

test('[ER1] every row of the table is asked for above', () => {
  expect(new Set(rows.map(({ code }) => code))).toEqual(new Set(Object.keys(HTTP_ERRORS)));
  for (const { code, status } of rows) expect(HTTP_ERRORS[code].status).toBe(status);
});

test('[RS18] [RS19] a call that ends gives its places back', async () => {
  const gateway = await startGateway({ maxSessions: 1, keyConcurrentSessions: 1 });
  for (let round = 0; round < 5; round++) {
    const call = await gateway.call({ provider: 'echo', model: 'echo' });
    await call.frame('ready');
    call.socket.close();
    await gateway.record(call.session.sessionId);
  }
  expect(gateway.server.sessionCount).toBe(0);
});

test('[ID1] a repeated mint is one session, and its token opens the call', async () => {
  const gateway = await startGateway();
  const mint = () =>
    gateway.post<{ sessionId: string; wsUrl: string; wsToken: string }>('/v1/sessions', ECHO, {
      'idempotency-key': 'once',
    });
  const [first, second] = await Promise.all([mint(), mint()]);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(first.body.sessionId).toBe(second.body.sessionId);
  expect(gateway.server.sessionCount).toBe(1);
  const { status } = await refusedUpgrade(second.body.wsUrl, { protocols: [second.body.wsToken] });
  expect(status).toBe(101);
});

describe('a call as the record shows it', () => {
  test('[SR2] [SR6] the event stream tells a live call from before its client came to its end', async () => {
    const gateway = await startGateway();
    const minted = await gateway.mint({ provider: 'echo', model: 'echo' });
    const stream = await fetch(`${gateway.url}/v1/sessions/${minted.sessionId}/stream`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    });
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const call = await gateway.connect(minted);
    await call.frame('ready');
    call.send({ t: 'text', text: 'Hello' });
    await call.frame('transcript', { role: 'assistant', final: false });
    const { turn } = await call.frame('speech', { role: 'assistant', state: 'stopped' });
    call.send({ t: 'playback', turn, playedMs: 600_000 });
    await call.frame('transcript', { role: 'assistant', final: true });
    call.socket.close(1000);
    // It closes by itself.
    const events = readEvents(await stream.text());
    expect(
      events
        .map(({ event, data }) => [
          event,
          data['status'] ?? data['reason'] ?? `${String(data['role'])} ${data['final'] === true ? 'final' : 'partial'}`,
        ])
        .filter(([, what]) => what !== 'assistant partial'),
    ).toEqual([
      ['status', 'created'],
      ['status', 'active'],
      ['transcript', 'user final'],
      ['transcript', 'assistant final'],
      ['status', 'ended'],
      ['end', 'client_closed'],
    ]);
    expect(events.some(({ data }) => data['role'] === 'assistant' && data['final'] === false)).toBe(true);
    // A reader that comes late is told the same.
    const late = readEvents((await gateway.get(`/v1/sessions/${minted.sessionId}/stream`)).text);
    expect(late.map(({ event }) => event)).toEqual(['status', 'transcript', 'transcript', 'end']);
  });

  test('[SR1] [SR4] [SR8] records, lists and usage add up over calls with several providers', async () => {
    const gateway = await startGateway();
    const call = await gateway.call(
      { provider: 'echo', model: 'echo', turnDetection: 'manual' },
      { more: { metadata: { customer: '42' } } },
    );
    await call.frame('ready');
    for (const chunk of chunksOf(speech({ ms: 1000 }))) call.sendAudio(chunk);
    call.send({ t: 'control', action: 'commit' });
    const usage = await call.frame('usage');
    call.socket.close();
    const record = await gateway.record(call.session.sessionId);
    const { t: _t, ...tokens } = usage;
    expect(record).toMatchObject({
      metadata: { customer: '42' },
      usage: { responses: 1, ...tokens },
      audio: { inputMs: 1000, outputMs: 1000 },
      timeToFirstAudio: { count: 1 },
    });
    const failed = await gateway.call();
    (await gateway.vendor.connection()).socket.close(1000, 'tired');
    await failed.end();
    await gateway.record(failed.session.sessionId);
    await gateway.mint();

    const list = await gateway.get<{ sessions: { id: string; status: string }[]; nextCursor: string | null }>(
      '/v1/sessions?limit=2',
    );
    expect(list.body.sessions.map(({ status }) => status)).toEqual(['created', 'ended']);
    const rest = await gateway.get<{ sessions: { id: string }[]; nextCursor: null }>(
      `/v1/sessions?limit=2&cursor=${list.body.nextCursor}`,
    );
    expect(rest.body).toMatchObject({ sessions: [{ id: call.session.sessionId }], nextCursor: null });
    const filtered = await gateway.get<{ sessions: { id: string }[] }>('/v1/sessions?provider=mirror&status=ended');
    expect(filtered.body.sessions.map(({ id }) => id)).toEqual([failed.session.sessionId]);

    const { body } = await gateway.get<{ rows: Record<string, unknown>[] }>('/v1/usage');
    expect(body.rows).toHaveLength(2);
    expect(body.rows.find(({ provider }) => provider === 'echo')).toMatchObject({ model: 'echo', sessions: 1 });
    expect(body.rows.find(({ provider }) => provider === 'mirror')).toMatchObject({ model: 'mirror-1', sessions: 2 });
  });

  test('[SR9] providers with what they lack', async () => {
    const gateway = await startGateway();
    const { body } = await gateway.get<{
      providers: { id: string; configured: boolean; missingSetting: string | null }[];
    }>('/v1/providers');
    expect(body.providers.map(({ id, configured, missingSetting }) => [id, configured, missingSetting])).toEqual([
      ['echo', true, null],
      ['mirror', true, null],
      ['unset', false, 'UNSET_API_KEY'],
    ]);
  });
});

test('[LM1] the debug log of a call with everything in it holds its course, and no key, token, audio or word of it', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  for (const chunk of chunksOf(speech({ ms: 200 }))) call.sendAudio(chunk);
  call.send({ t: 'text', text: 'my secret diary' });
  call.send('{"t":"text","txt":"my secret diary"}');
  call.sendAudio(Buffer.alloc(3));
  provider.send(
    { type: 'response-start', responseId: 'r1' },
    { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'your secret diary' },
    { type: 'provider-error', code: 'AUTH_FAILED', message: `Bearer ${gateway.key}`, fatal: false, retryable: false },
  );
  provider.say(Buffer.alloc(960, 5));
  await call.until(() => call.all('error').length === 3, 'all errors');
  await refusedUpgrade(call.session.wsUrl, { protocols: [call.session.wsToken] });
  await gateway.post('/v1/sessions', `{"wsToken":"${call.session.wsToken}"`, { 'x-api-key': gateway.key });
  await gateway.get(`/v1/sessions?cursor=${gateway.key}`);
  provider.socket.send('{"type":"fault"}');
  await call.end();
  const log = gateway.logLines.join('');
  for (const said of [
    'session created',
    'session connected',
    'error frame',
    'request answered',
    'the session failed',
    'session ended',
  ]) {
    expect(log).toContain(said);
  }
  expect(log).not.toContain('secret diary');
  // Keys, tokens, credentials and audio are looked for when any test's gateway closes.
});

function readEvents(text: string): { event: string; data: Record<string, unknown> }[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [event = '', data = ''] = block.split('\n');
      return { event: event.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) };
    });
}
