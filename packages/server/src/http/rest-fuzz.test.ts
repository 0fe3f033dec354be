import { METHODS as HTTP_METHODS } from 'node:http';
import {
  createSessionResponseSchema,
  errorBodySchema,
  healthSchema,
  HTTP_ERRORS,
  type HttpErrorCode,
  parseExactJson,
  providersSchema,
  sessionListSchema,
  usageReportSchema,
} from '@speko/protocol';
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HttpAppFixture, startHttpApp } from './__fixtures__/start-http-app.ts';

const REQUESTS = 1_000;
const SEED = 20_260_131;

let gateway: HttpAppFixture;

beforeEach(async () => {
  gateway = await startHttpApp({ maxSessions: 0, keySessionsPerMinute: 0, keyConcurrentSessions: 0 });
});

afterEach(() => gateway.close());

/** mulberry32: small, and the same on every machine. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const VALID = {
  mode: 's2s',
  s2s: {
    provider: 'acme',
    model: 'acme-1',
    voice: 'ann',
    temperature: 1,
    inputSampleRate: 16_000,
    tools: [{ name: 'f', description: '', parameters: { type: 'object' } }],
  },
  metadata: { a: [1, { b: null }] },
  ttlSeconds: 60,
  firstMessage: 'Hello!',
};
const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  '',
  'x',
  '\u0000',
  '\ud800',
  'x'.repeat(3_000),
  [],
  [[]],
  {},
  JSON.parse('{"__proto__":1,"constructor":{}}'),
  parseExactJson('12345678901234567890'),
  parseExactJson('{"__proto__":[-12345678901234567890]}'),
  '\u{1f399}'.repeat(1_500),
];
/** Those that paths take come as often as all others together. A `CONNECT` never gets so far. */
const METHODS = [
  ...HTTP_METHODS.filter((method) => method !== 'CONNECT'),
  ...Array.from({ length: 16 }, () => ['GET', 'POST']).flat(),
] as NonNullable<InjectOptions['method']>[];
const PATHS = [
  '/v1/sessions',
  '/v1/sessions/ses_1',
  '/v1/sessions/ses_1/transcript',
  '/v1/sessions/ses_1/stream',
  '/v1/sessions/ses_1/end',
  '/v1/usage',
  '/v1/providers',
  '/v1/realtime/ses_1/ws',
  '/healthz',
  '/readyz',
];
const QUERIES = [
  '',
  '?limit=2',
  '?limit=%00',
  '?limit=1&cursor=1.ses_1',
  '?limit=1e1&provider=acme&status=ended',
  '?cursor=999999999999999.-',
  '?cursor=-1:0',
  '?from=0000-01-01T00:00:00%2B23:59',
  '?from=0000-01-01&to=0000-01-01T00:00:00-00:01',
  '?to=9999-12-31T23:59:59.123456789-23:59',
  '?provider=%ED%A0%BC',
  '?cursor=%F0',
  '?status[]=a&status[]=b',
  '?from=2026&to=x',
  '?__proto__=1',
  '?a=b=c&&&=',
  '?%',
];
const HEADERS: Record<string, string>[] = [
  {},
  { 'idempotency-key': 'k' },
  { 'idempotency-key': '\u00e9' },
  { 'content-type': 'text/html' },
  { 'content-type': ';;' },
  { 'content-encoding': 'gzip' },
  { authorization: 'Bearer \u00ff' },
  { origin: 'null' },
  { host: '[::' },
  { 'x-forwarded-for': ',,' },
];

type Random = (below: number) => number;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)] as T;
}

/** One random part of a valid body replaced, removed or renamed. */
function mutateBody(random: Random): string {
  const parts: { holder: Record<string, unknown>; key: string }[] = [];
  const body = JSON.parse(JSON.stringify(VALID)) as Record<string, unknown>;
  const walk = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    const holder = value as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      parts.push({ holder, key });
      walk(holder[key]);
    }
  };
  walk(body);
  const { holder, key } = pick(random, parts);
  const change = random(3);
  if (change === 0) holder[key] = pick(random, VALUES);
  if (change === 1) Reflect.deleteProperty(holder, key);
  if (change === 2) holder[`${key}x`] = pick(random, VALUES);
  return JSON.stringify(body);
}

function mutateBytes(random: Random): Buffer {
  const bytes = Buffer.from(JSON.stringify(VALID));
  for (let count = 1 + random(4); count > 0; count -= 1) bytes[random(bytes.length)] = random(256);
  return random(2) === 0 ? bytes : bytes.subarray(0, random(bytes.length));
}

function mutateRequest(random: Random): InjectOptions {
  if (random(2) === 0) {
    const payload = random(2) === 0 ? mutateBody(random) : mutateBytes(random);
    return {
      method: 'POST',
      url: '/v1/sessions',
      payload,
      headers: { 'content-type': 'application/json', ...pick(random, HEADERS) },
    };
  }
  const path = pick(random, PATHS);
  const cut = random(4) === 0 ? path.slice(0, 1 + random(path.length)) : path;
  return { method: pick(random, METHODS), url: cut + pick(random, QUERIES), headers: pick(random, HEADERS) };
}

interface Answer {
  parse(value: unknown, options: { error: () => string }): unknown;
}

/** What a request that is carried out is answered with. */
function answerOf({ method, url }: InjectOptions): Answer {
  const path = typeof url === 'string' ? url.split('?', 1)[0] : '';
  const answer = ANSWERS[`${method} ${path}`];
  if (answer === undefined) throw new Error(`${method} ${path} should not be answered`);
  return answer;
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  'POST /v1/sessions': createSessionResponseSchema.required(),
  'GET /v1/sessions': sessionListSchema,
  'GET /v1/usage': usageReportSchema,
  'GET /v1/providers': providersSchema,
  'GET /healthz': healthSchema,
  'GET /readyz': healthSchema,
};

test(`[ER1] ${REQUESTS} random and mutated requests are each answered as documented (seed ${SEED})`, async () => {
  const random = createRandom(SEED);
  const statuses = new Set<number>();
  for (let index = 0; index < REQUESTS; index += 1) {
    const request = mutateRequest(random);
    const response = await gateway.call(request);
    const shown = `request ${index}: ${JSON.stringify(request)} → ${response.body}`;
    statuses.add(response.statusCode);
    if (request.method === 'HEAD') continue;
    if (response.statusCode < 400) {
      if (response.statusCode !== 204) answerOf(request).parse(response.json(), { error: () => shown });
      continue;
    }
    expect({ shown, allows: 'allow' in response.headers }).toEqual({ shown, allows: response.statusCode === 405 });
    const { code } = errorBodySchema.parse(response.json(), { error: () => shown });
    const documented = HTTP_ERRORS[code as HttpErrorCode].status;
    expect({ shown, status: response.statusCode }).toEqual({ shown, status: documented });
  }
  expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 201, 204, 400, 401, 404, 405, 409, 426]);
  expect((await gateway.mint()).statusCode).toBe(201);
});
