import { describe, expect, test } from 'vitest';
import { parseWellFormedJson } from '../json/exact-json.ts';
import { sessionListQuerySchema } from './session-record.ts';
import { createSessionRequestSchema, idempotencyKeySchema } from './session-request.ts';
import { usageQuerySchema } from './usage-report.ts';
import { validateRequest } from './validate-request.ts';

test('[RS3] an unknown field is refused with its path and what to do', () => {
  const body = { mode: 's2s', s2s: { provider: 'echo', model: 'echo-1', voicee: 'a' }, ttl: 5 };
  expect(validateRequest(createSessionRequestSchema, body)).toEqual({
    ok: false,
    message: 's2s.voicee: Unknown field; correct its spelling or remove it. (and 1 more; see issues)',
    issues: [
      { path: 's2s.voicee', message: 'Unknown field; correct its spelling or remove it.' },
      { path: 'ttl', message: 'Unknown field; correct its spelling or remove it.' },
    ],
  });
});

describe('[RS3] answers are bounded', () => {
  const body = { mode: 's2s', s2s: { provider: 'echo', model: 'echo-1' } };
  const wrong = (fields: Record<string, unknown>) => {
    const result = validateRequest(createSessionRequestSchema, fields);
    if (result.ok) throw new Error('taken for valid');
    return result;
  };
  const unknownFields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1]));

  test('[RS3] of 26,000 unknown fields the first 50 are listed, and the others counted', () => {
    const { message, issues } = wrong({ ...body, ...unknownFields(26_000) });
    expect(message).toBe(
      'k0: Unknown field; correct its spelling or remove it. (and 49 more; see issues) … and 25,950 more that are not listed',
    );
    expect(issues).toHaveLength(50);
    expect(issues.at(-1)).toEqual({ path: 'k49', message: 'Unknown field; correct its spelling or remove it.' });
  });

  test('[RS3] 50 are listed whole, wherever they are', () => {
    const tool = { name: 'a', description: '', parameters: {}, ...unknownFields(20) };
    const tools = [tool, { ...tool, name: 'b' }, { ...tool, name: 'c' }];
    const fields = { ...body, s2s: { ...body.s2s, tools } };
    expect(wrong(fields).issues).toHaveLength(50);
    expect(wrong(fields).message).toMatch(/ … and 10 more that are not listed$/);
    expect(wrong({ ...body, ...unknownFields(50) }).message).toMatch(/\(and 49 more; see issues\)$/);
  });

  test('[RS3] a long name is cut at a character', () => {
    const paths = wrong({ ...body, ['x'.repeat(200_000)]: 1, [`${'y'.repeat(63)}😀z`]: 1, ['z'.repeat(64)]: 1 }).issues;
    expect(paths.map(({ path }) => path)).toEqual([`${'x'.repeat(64)}…`, `${'y'.repeat(63)}…`, 'z'.repeat(64)]);
  });

  test('[RS3] an answer stays under 32 KiB', () => {
    const long = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`${index}${'é'.repeat(200)}`, 1]));
    const tools = Array.from({ length: 128 }, () => long);
    const { ok: _ok, ...answer } = wrong({ ...body, ...long, s2s: { ...body.s2s, ...long, tools } });
    expect(new TextEncoder().encode(JSON.stringify(answer)).byteLength).toBeLessThan(32_768);
  });
});

test('[RS7] a rate the contract does not know is refused with those it knows', () => {
  const body = { mode: 's2s', s2s: { provider: 'echo', model: 'echo-1', inputSampleRate: 48000 } };
  expect(validateRequest(createSessionRequestSchema, body)).toMatchObject({
    ok: false,
    message: 's2s.inputSampleRate: Must be 16000 or 24000.',
  });
});

test('[RS5] a body of the wrong kind is named as a whole', () => {
  expect(validateRequest(createSessionRequestSchema, 'hello')).toMatchObject({
    ok: false,
    message: 'The request: Must be a JSON object.',
  });
});

test('[RS5] a missing or wrong field is refused with what it must be', () => {
  const body = { mode: 's2s', s2s: { model: 7, temperature: 3 }, ttlSeconds: 0 };
  expect(validateRequest(createSessionRequestSchema, body)).toMatchObject({
    ok: false,
    issues: [
      {
        path: 's2s.provider',
        message: 'Must be the id of a provider in lower case, such as "openai"; GET /v1/providers lists them.',
      },
      {
        path: 's2s.model',
        message: 'Must be a model id of the provider, 1 to 256 characters, such as "gpt-realtime-2.1".',
      },
      { path: 's2s.temperature', message: 'Must be a number from 0 to 2.' },
      { path: 'ttlSeconds', message: 'Must be a whole number of seconds, 1 or more.' },
    ],
  });
});

describe("what is the caller's own", () => {
  const body = (metadata: string) =>
    parseWellFormedJson(`{"s2s":{"provider":"echo","model":"m"},"metadata":${metadata}}`);
  const read = (metadata: string) => {
    const result = validateRequest(createSessionRequestSchema, body(metadata));
    return result.ok ? JSON.stringify(result.value.metadata) : result.message;
  };

  test.each([
    '{"__proto__":{"admin":true},"a":1}',
    '{"a":{"__proto__":[{"__proto__":{"admin":true}}],"constructor":{"prototype":{"admin":true}}}}',
    '{"n":12345678901234567890,"deep":[{"n":-9007199254740993}]}',
    '{"12345678901234567890":{"__proto__":98765432109876543210}}',
  ])('[RS9] [JS1] metadata %s is handed on as it is, and changes no prototype', (metadata) => {
    expect(read(metadata)).toBe(metadata);
    expect(Object.prototype).not.toHaveProperty('admin');
  });

  test.each(['12345678901234567890', '[]', 'null', '"x"'])('[RS9] %s is no metadata', (metadata) => {
    expect(read(metadata)).toBe('metadata: Must be a JSON object.');
  });

  test('[RS9] its size counts every digit and a key __proto__', () => {
    const digits = '9'.repeat(16_384 - '{"__proto__":}'.length);
    expect(read(`{"__proto__":${digits}}`)).toBe(`{"__proto__":${digits}}`);
    expect(read(`{"__proto__":9${digits}}`)).toMatch(/^metadata: Must be at most 16384 bytes/);
  });

  test('[RS8] [JS1] parameters of a tool are handed on as they are', () => {
    const parameters = '{"__proto__":{"type":"string"},"properties":{"__proto__":{"maximum":12345678901234567890}}}';
    const tools = `[{"name":"f","description":"","parameters":${parameters}}]`;
    const given = parseWellFormedJson(`{"s2s":{"provider":"echo","model":"m","tools":${tools}}}`);
    const result = validateRequest(createSessionRequestSchema, given);
    expect(result.ok && JSON.stringify(result.value.s2s.tools[0]?.parameters)).toBe(parameters);
  });
});

test.each([
  ['model', 256, 'm'],
  ['voice', 256, 'v'],
])('[RS5] %s has %i characters at most, however many bytes they take', (name, max) => {
  const accepts = (text: string): boolean =>
    validateRequest(createSessionRequestSchema, { s2s: { provider: 'echo', model: 'm', [name]: text } }).ok;
  expect([accepts('\u{1f399}'.repeat(max)), accepts('\u{1f399}'.repeat(max + 1))]).toEqual([true, false]);
  expect([accepts('x'.repeat(max)), accepts('x'.repeat(max + 1)), accepts('')]).toEqual([true, false, false]);
});

describe('query of a session list', () => {
  test('[SR4] values arrive as strings, and 20 records are a page by default', () => {
    expect(validateRequest(sessionListQuerySchema, {})).toEqual({ ok: true, value: { limit: 20 } });
    expect(
      validateRequest(sessionListQuerySchema, { limit: '100', status: 'ended', provider: 'echo', cursor: '1.ses_1' }),
    ).toEqual({
      ok: true,
      value: { limit: 100, status: 'ended', provider: 'echo', cursor: '1.ses_1' },
    });
  });

  test.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '101' }, 'limit'],
    [{ limit: '1.5' }, 'limit'],
    [{ limit: 'many' }, 'limit'],
    [{ limit: '' }, 'limit'],
    [{ limit: '0x10' }, 'limit'],
    [{ limit: '1e2' }, 'limit'],
    [{ limit: '+5' }, 'limit'],
    [{ limit: ' 5' }, 'limit'],
    [{ status: 'open' }, 'status'],
    [{ provider: 'Open AI' }, 'provider'],
    [{ cursor: '' }, 'cursor'],
    [{ cursor: '1:ses_1' }, 'cursor'],
    [{ cursor: `1.${'x'.repeat(65)}` }, 'cursor'],
    [{ page: '2' }, 'page'],
  ])('[SR4] refuses %j', (query, path) => {
    expect(validateRequest(sessionListQuerySchema, query)).toMatchObject({ ok: false, issues: [{ path }] });
  });
});

describe('query of a usage report', () => {
  test.each([
    {},
    { from: '2026-01-01' },
    { from: '2026-01-01', to: '2026-02-01T00:00:00Z' },
    { to: '2026-02-01T00:00:00.5+02:00' },
  ])('[SR8] accepts %j', (query) => {
    expect(validateRequest(usageQuerySchema, query)).toEqual({ ok: true, value: query });
  });

  test.each([
    [{ from: 'yesterday' }, 'from'],
    [{ from: '2026-02-30' }, 'from'],
    [{ from: '2026-02-01', to: '2026-01-01' }, 'from'],
    [{ from: '2026-02-01', to: '2026-02-01' }, 'from'],
    [{ to: '1769860800' }, 'to'],
    [{ since: '2026-01-01' }, 'since'],
  ])('[SR8] refuses %j', (query, path) => {
    expect(validateRequest(usageQuerySchema, query)).toMatchObject({ ok: false, issues: [{ path }] });
  });
});

test.each([
  ['5f0c6e3a-1b7d-4f53-9a54-0c8a6c1d2e3f', true],
  ['x', true],
  ['x'.repeat(255), true],
  ['x'.repeat(256), false],
  ['', false],
  ['two words', false],
  ['naïve', false],
])('[ID3] an idempotency key of printable ASCII without spaces: %j is %s', (key, valid) => {
  expect(idempotencyKeySchema.safeParse(key).success).toBe(valid);
});
