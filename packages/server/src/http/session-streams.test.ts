import type { AddressInfo } from 'node:net';
import type { TranscriptEntry } from '@speko/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerOptions } from '../config.ts';
import { type HttpAppFixture, START_MS, startHttpApp } from './__fixtures__/start-http-app.ts';

let gateway: HttpAppFixture;
let id: string;

async function start(settings: ServerOptions = {}): Promise<void> {
  gateway = await startHttpApp(settings);
  await gateway.app.listen({ port: 0, host: '127.0.0.1' });
  id = (await gateway.mint()).json().sessionId;
}

beforeEach(() => start());

afterEach(() => gateway.close());

/** A reader of one event stream over a real socket. */
async function watch(sessionId = id, headers: Record<string, string> = {}, query = '') {
  const { port } = gateway.app.server.address() as AddressInfo;
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/v1/sessions/${sessionId}/stream${query}`, {
    headers: { authorization: `Bearer ${gateway.key}`, ...headers },
    signal: abort.signal,
  });
  const body = response.body ?? new ReadableStream<Uint8Array>();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    /** The next `count` blocks, without waiting for more. */
    async next(count: number): Promise<string[]> {
      while (text.split('\n\n').length <= count) {
        const { done, value } = await reader.read();
        if (done) break;
        text += value;
      }
      const blocks = text.split('\n\n');
      text = blocks.slice(count).join('\n\n');
      return blocks.slice(0, count);
    },
    /** Everything up to the end of the stream. */
    async rest(): Promise<string[]> {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) text += chunk.value;
      return text.split('\n\n').slice(0, -1);
    },
    leave: () => abort.abort(),
  };
}

const hello: TranscriptEntry = {
  turn: 'u1',
  role: 'user',
  text: 'Hello.',
  interrupted: false,
  startMs: 100,
  atMs: 900,
};

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify({ sessionId: id, ...data })}`;
}

const status = (name: string, at: string, endedAt: string | null = null) =>
  event('status', { status: name, at, endedAt });
const created = () => status('created', '2026-01-31T12:00:00.000Z');
const ended = (reason: string | null, at: string) => event('end', { reason, endReason: reason, at });

/** `hello` of a session that its client opened a second or none after it was minted. */
function heard(changes: object = {}, second = 1) {
  return event('transcript', {
    ...hello,
    id: 'u1',
    index: 0,
    source: 'user',
    startedAt: `2026-01-31T12:00:0${second}.100Z`,
    endedAt: `2026-01-31T12:00:0${second}.900Z`,
    provider: 'acme',
    model: 'acme-1',
    eouMs: null,
    llmTtftMs: null,
    ttsTtfbMs: null,
    conversationalLatencyMs: null,
    latencyStatus: null,
    toolCalls: [],
    final: true,
    ...changes,
  });
}

test('[SR6] a live session is told from its present status to its end, and then the stream closes', async () => {
  const stream = await watch();
  expect(stream.response.status).toBe(200);
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(stream.response.headers.get('cache-control')).toBe('no-store');
  expect(await stream.next(1)).toEqual([created()]);
  const { notices } = gateway;
  notices.publish(id, { type: 'status', status: 'active', atMs: START_MS + 1_000 });
  notices.publish(id, { type: 'transcript', entry: { ...hello, text: 'Hel' }, final: false });
  notices.publish(id, { type: 'transcript', entry: hello, final: true });
  notices.publish(id, { type: 'status', status: 'ended', atMs: START_MS + 2_000 });
  notices.publish(id, { type: 'end', reason: 'client_closed', atMs: START_MS + 2_000 });
  expect(await stream.rest()).toEqual([
    status('active', '2026-01-31T12:00:01.000Z'),
    heard({ text: 'Hel', endedAt: null, final: false }),
    heard(),
    status('ended', '2026-01-31T12:00:02.000Z', '2026-01-31T12:00:02.000Z'),
    ended('client_closed', '2026-01-31T12:00:02.000Z'),
  ]);
});

test('[SR6] finals so far come right after the status, and none comes twice', async () => {
  await gateway.store.sessionConnected(id, START_MS + 1_000);
  await gateway.store.appendTranscript(id, hello);
  const stream = await watch();
  expect(await stream.next(2)).toEqual([status('active', '2026-01-31T12:00:01.000Z'), heard()]);
  gateway.notices.publish(id, { type: 'status', status: 'active', atMs: START_MS + 1_000 });
  gateway.notices.publish(id, { type: 'transcript', entry: hello, final: true });
  gateway.notices.publish(id, { type: 'end', reason: 'client_closed', atMs: START_MS + 2_000 });
  expect(await stream.rest()).toEqual([ended('client_closed', '2026-01-31T12:00:02.000Z')]);
});

test('[SR6] what happens while the record is read is told after it', async () => {
  const readTranscript = gateway.store.readTranscript.bind(gateway.store);
  gateway.store.readTranscript = async (sessionId) => {
    gateway.notices.publish(id, { type: 'status', status: 'active', atMs: START_MS + 1_000 });
    return readTranscript(sessionId);
  };
  const stream = await watch();
  expect(await stream.next(2)).toEqual([created(), status('active', '2026-01-31T12:00:01.000Z')]);
});

test('[SR6] a session that has ended is told in full, and the stream closes', async () => {
  await gateway.store.sessionConnected(id, START_MS);
  await gateway.store.appendTranscript(id, hello);
  await gateway.store.sessionEnded(id, {
    status: 'ended',
    reason: 'duration_limit',
    atMs: START_MS + 5_000,
    durationMs: null,
  });
  expect(await (await watch()).rest()).toEqual([
    status('ended', '2026-01-31T12:00:05.000Z', '2026-01-31T12:00:05.000Z'),
    heard({}, 0),
    ended('duration_limit', '2026-01-31T12:00:05.000Z'),
  ]);
});

describe('a client of the hosted API, which sends a cursor', () => {
  const bye: TranscriptEntry = { ...hello, turn: 'a1', role: 'assistant', text: 'Bye.', startMs: 50, atMs: 1_000 };
  const heardBye = () =>
    heard({
      ...bye,
      id: 'a1',
      index: 1,
      source: 'agent',
      startedAt: '2026-01-31T12:00:01.050Z',
      endedAt: '2026-01-31T12:00:02.000Z',
    });

  test('[SR6] is told finals and no partials, and that the session has ended', async () => {
    const stream = await watch(id, {}, '?cursor=-1:0');
    await stream.next(1);
    const { notices } = gateway;
    notices.publish(id, { type: 'status', status: 'active', atMs: START_MS + 1_000 });
    notices.publish(id, { type: 'transcript', entry: { ...hello, text: 'Hel' }, final: false });
    notices.publish(id, { type: 'transcript', entry: hello, final: true });
    notices.publish(id, { type: 'transcript', entry: bye, final: true });
    notices.publish(id, { type: 'end', reason: 'client_closed', atMs: START_MS + 2_000 });
    expect(await stream.rest()).toEqual([
      status('active', '2026-01-31T12:00:01.000Z'),
      heard(),
      heardBye(),
      event('end', { reason: 'session_ended', endReason: 'client_closed', at: '2026-01-31T12:00:02.000Z' }),
    ]);
  });

  test('[SR6] gets each final once when it comes back, by the order in which they became final', async () => {
    await gateway.store.sessionConnected(id, START_MS + 1_000);
    // It was spoken first, and known last.
    await gateway.store.appendTranscript(id, bye);
    await gateway.store.appendTranscript(id, hello);
    const stream = await watch(id, {}, '?cursor=0:1769860800000');
    expect(await stream.next(2)).toEqual([status('active', '2026-01-31T12:00:01.000Z'), heardBye()]);
    gateway.notices.publish(id, { type: 'transcript', entry: { ...hello, turn: 'u2' }, final: true });
    expect(await stream.next(1)).toEqual([heard({ turn: 'u2', id: 'u2', index: 2 })]);
  });

  test.each(['', 'x', '0', '-2:0', '1:', '1:2:3', '1.5:0', '%31:0%20'])('[SR6] ?cursor=%s is 400', async (cursor) => {
    const url = `/v1/sessions/${id}/stream?cursor=${cursor}`;
    const response = await gateway.call({ method: 'GET', url });
    expect([response.statusCode, response.json().issues]).toEqual([
      400,
      [{ path: 'cursor', message: 'Must be "<highest index so far, or -1>:<epoch milliseconds>", such as "-1:0".' }],
    ]);
  });

  test('[RS3] [SR6] another query parameter is refused', async () => {
    const response = await gateway.call({ method: 'GET', url: `/v1/sessions/${id}/stream?after=1` });
    expect([response.statusCode, response.json().issues[0].path]).toEqual([400, 'after']);
  });
});

test('[SR6] a session that expired ends without a reason', async () => {
  await gateway.store.sessionEnded(id, { status: 'expired', reason: null, atMs: START_MS + 60_000, durationMs: null });
  expect(await (await watch()).rest()).toEqual([
    status('expired', '2026-01-31T12:01:00.000Z', '2026-01-31T12:01:00.000Z'),
    ended(null, '2026-01-31T12:01:00.000Z'),
  ]);
});

test('a quiet stream is kept alive by a comment every 15 s', async () => {
  const stream = await watch();
  await stream.next(1);
  gateway.clock.advance(14_999);
  gateway.clock.advance(1);
  expect(await stream.next(1)).toEqual([': still here']);
});

test('[SR6] an end whose notice was lost is found in the record', async () => {
  const stream = await watch();
  await stream.next(1);
  await gateway.store.sessionEnded(id, {
    status: 'ended',
    reason: 'server_shutdown',
    atMs: START_MS + 3_000,
    durationMs: null,
  });
  gateway.clock.advance(15_000);
  expect(await stream.rest()).toEqual([
    ': still here',
    status('ended', '2026-01-31T12:00:03.000Z', '2026-01-31T12:00:03.000Z'),
    ended('server_shutdown', '2026-01-31T12:00:03.000Z'),
  ]);
});

describe('streams are bounded', () => {
  test('a reader that leaves is forgotten: no listener and no timer stays', async () => {
    const subscribe = gateway.notices.subscribe.bind(gateway.notices);
    let left = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    gateway.notices.subscribe = (sessionId, listener) => {
      const unwatch = subscribe(sessionId, listener);
      return () => {
        unwatch();
        left();
      };
    };
    const stream = await watch();
    await stream.next(1);
    expect(gateway.clock.timerCount).toBe(1);
    stream.leave();
    await gone;
    expect(gateway.clock.timerCount).toBe(0);
  });

  test('a reader that takes nothing is cut off instead of filling memory', async () => {
    const subscribe = gateway.notices.subscribe.bind(gateway.notices);
    let unwatched = false;
    gateway.notices.subscribe = (sessionId, listener) => {
      const unwatch = subscribe(sessionId, listener);
      return () => {
        unwatch();
        unwatched = true;
      };
    };
    const stream = await watch();
    const text = 'x'.repeat(100_000);
    // Far more than the buffers of both sockets hold, while nobody reads.
    for (let turn = 0; turn < 400 && !unwatched; turn += 1) {
      gateway.notices.publish(id, { type: 'transcript', entry: { ...hello, turn: `u${turn}`, text }, final: true });
      await new Promise(setImmediate);
    }
    expect(unwatched).toBe(true);
    await expect(stream.rest()).rejects.toThrow('terminated');
  });

  test('[ER2] one stream more than the limit is 503 OVERLOADED until one ends', async () => {
    await gateway.close();
    await start({ maxStreams: 1 });
    const first = await watch();
    await first.next(1);
    const refused = await gateway.call({ method: 'GET', url: `/v1/sessions/${id}/stream` });
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.json()).toEqual({
      error: 'This gateway is at its limit of 1 event streams; close one or try again shortly.',
      code: 'OVERLOADED',
    });
    gateway.notices.publish(id, { type: 'end', reason: 'client_closed', atMs: START_MS });
    await first.rest();
    expect(await (await watch()).next(1)).toEqual([created()]);
  });

  test('[SR6] [ER2] one stream more than a key may have is 429 RATE_LIMITED until one ends, and other keys have their own', async () => {
    await gateway.close();
    await start({ keyStreams: 1 });
    const first = await watch();
    await first.next(1);
    const refused = await gateway.call({ method: 'GET', url: `/v1/sessions/${id}/stream` });
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.json()).toEqual({
      error: 'This API key is at its limit of 1 event streams at the same time; close one or try again shortly.',
      code: 'RATE_LIMITED',
    });
    const { key } = await gateway.apiKeys.create({ name: 'other' });
    const headers = { authorization: `Bearer ${key}` };
    const minted = await gateway.mint({}, headers);
    expect(await (await watch(minted.json().sessionId, headers)).next(1)).toHaveLength(1);
    gateway.notices.publish(id, { type: 'end', reason: 'client_closed', atMs: START_MS });
    await first.rest();
    expect(await (await watch()).next(1)).toEqual([created()]);
  });

  test('[SR6] a session in which too much happens while its record is read is 503 OVERLOADED', async () => {
    const readTranscript = gateway.store.readTranscript.bind(gateway.store);
    gateway.store.readTranscript = async (sessionId) => {
      for (let turn = 0; turn <= 1_000; turn += 1) {
        gateway.notices.publish(id, { type: 'transcript', entry: { ...hello, turn: `u${turn}` }, final: true });
      }
      return readTranscript(sessionId);
    };
    const refused = await gateway.call({ method: 'GET', url: `/v1/sessions/${id}/stream` });
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().code]).toEqual([503, '5', 'OVERLOADED']);
    expect(gateway.clock.timerCount).toBe(0);
  });

  test('[SR3] a refused stream takes no place', async () => {
    await gateway.close();
    await start({ maxStreams: 1 });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect((await gateway.call({ method: 'GET', url: '/v1/sessions/ses_none/stream' })).statusCode).toBe(404);
    }
    expect(await (await watch()).next(1)).toEqual([created()]);
  });

  test('streams do not hold up the stop of the server', async () => {
    const stream = await watch();
    await stream.next(1);
    await gateway.app.close();
    expect(await stream.rest()).toEqual([]);
  });
});

test('[HS5] an allowed origin may read the stream', async () => {
  await gateway.close();
  await start({ allowedOrigins: ['https://app.example.com'] });
  const stream = await watch(id, { origin: 'https://app.example.com' });
  expect(stream.response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
});
