import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as full from './index.ts';
import * as lean from './lean.ts';

const leanNames = [
  'DEFAULT_SAMPLE_RATE',
  'END_REASONS',
  'HTTP_ERRORS',
  'IDEMPOTENCY_KEY_HEADER',
  'LIMITS',
  'MAX_MESSAGE_BYTES',
  'MESSAGE_TOO_LARGE_CLOSE_CODE',
  'PATHS',
  'RealtimeError',
  'SAMPLE_RATES',
  'SESSION_ERRORS',
  'SESSION_STATUSES',
  'SUBPROTOCOL',
  'TURN_DETECTION_MODES',
  'decodeServerFrame',
  'encodeClientFrame',
  'encodeServerFrame',
  'isBranded',
  'isExactInteger',
  'isSubprotocolToken',
  'parseExactJson',
  'parseWellFormedJson',
  'realtimePath',
  'sessionEndPath',
  'sessionPath',
  'sessionStreamPath',
  'sessionTranscriptPath',
  'wellFormedJson',
];

const schemaNames = [
  'HOSTED_FIELDS',
  'audioSumsSchema',
  'capabilitiesSchema',
  'clientFrameSchema',
  'controlFrameSchema',
  'createOpenApiDocument',
  'createSessionRequestSchema',
  'createSessionResponseSchema',
  'endEventSchema',
  'endFrameSchema',
  'errorBodySchema',
  'errorFrameSchema',
  'errorIssueSchema',
  'healthSchema',
  'idempotencyKeySchema',
  'interruptFrameSchema',
  'interruptionFrameSchema',
  'listedEntrySchema',
  'metadataSchema',
  'pageCursorSchema',
  'parseClientFrame',
  'pingFrameSchema',
  'playbackFrameSchema',
  'pongFrameSchema',
  'providerIdSchema',
  'providerInfoSchema',
  'providersSchema',
  'readyFrameSchema',
  'receivedReadyFrameSchema',
  'receivedServerFrameSchema',
  'receivedTranscriptFrameSchema',
  's2sRequestSchema',
  'serverFrameSchema',
  'serverToolCallFrameSchema',
  'sessionEntrySchema',
  'sessionListQuerySchema',
  'sessionListSchema',
  'sessionRecordSchema',
  'sessionStreamEventSchema',
  'sessionStreamQuerySchema',
  'speechFrameSchema',
  'statusEventSchema',
  'textFrameSchema',
  'timeToFirstAudioSchema',
  'toolCallFrameSchema',
  'toolDefinitionSchema',
  'toolResultFrameSchema',
  'transcriptEntrySchema',
  'transcriptEventSchema',
  'transcriptFrameSchema',
  'transcriptSchema',
  'usageFrameSchema',
  'usageQuerySchema',
  'usageReportSchema',
  'usageRowSchema',
  'usageSumsSchema',
  'validateRequest',
];

test('the entry without schemas exports these names', () => {
  expect(Object.keys(lean).toSorted()).toEqual(leanNames);
});

test('the main entry exports the same and the schemas', () => {
  expect(Object.keys(full).toSorted()).toEqual([...leanNames, ...schemaNames].toSorted());
  for (const name of leanNames) expect(Reflect.get(full, name)).toBe(Reflect.get(lean, name));
});

test('the entry without schemas loads no zod, at any depth', () => {
  expect(runtimeImports('lean.ts', new Set())).not.toContain('zod');
  expect(runtimeImports('index.ts', new Set())).toContain('zod');
});

test('subprotocol, rates and modes', () => {
  expect(lean.SUBPROTOCOL).toBe('speko.realtime.v1');
  expect(lean.SAMPLE_RATES).toEqual([16000, 24000]);
  expect(lean.DEFAULT_SAMPLE_RATE).toBe(24000);
  expect(lean.TURN_DETECTION_MODES).toEqual(['auto', 'manual']);
  expect(lean.SESSION_STATUSES).toEqual(['created', 'active', 'ended', 'expired']);
  expect(lean.IDEMPOTENCY_KEY_HEADER).toBe('idempotency-key');
});

test('[ER1] codes and statuses of HTTP errors', () => {
  expect(Object.entries(lean.HTTP_ERRORS).map(([code, row]) => `${code} ${row.status}`)).toEqual([
    'VALIDATION_ERROR 400',
    'UNAUTHORIZED 401',
    'TOKEN_INVALID 401',
    'TOKEN_EXPIRED 401',
    'TOKEN_USED 401',
    'FORBIDDEN 403',
    'ORIGIN_FORBIDDEN 403',
    'NOT_FOUND 404',
    'METHOD_NOT_ALLOWED 405',
    'IDEMPOTENCY_CONFLICT 409',
    'SESSION_ENDED 409',
    'PAYLOAD_TOO_LARGE 413',
    'PROVIDER_NOT_CONFIGURED 422',
    'UPGRADE_REQUIRED 426',
    'RATE_LIMITED 429',
    'INTERNAL 500',
    'DRAINING 503',
    'OVERLOADED 503',
    'STORE_UNAVAILABLE 503',
  ]);
});

test('[ER4] codes of error frames', () => {
  expect(Object.keys(lean.SESSION_ERRORS)).toEqual([
    'S2S_PROVIDER_CONNECT_FAILED',
    'BAD_FRAME',
    'BAD_AUDIO',
    'UNKNOWN_TOOL_CALL',
    'BAD_TOOL_CALL',
    'PROVIDER_ERROR',
    'PROVIDER_RATE_LIMITED',
    'PROVIDER_UNAVAILABLE',
    'UNSUPPORTED',
    'AUDIO_OVERFLOW',
    'TOO_FAST',
    'INTERNAL',
  ]);
});

test('[EN1] end reasons and close codes', () => {
  expect(lean.END_REASONS).toEqual({
    client_closed: { closeCode: 1000 },
    connection_lost: { closeCode: 1006 },
    ended_by_api: { closeCode: 1000 },
    duration_limit: { closeCode: 4408 },
    idle_timeout: { closeCode: 4408 },
    provider_connect_failed: { closeCode: 1011 },
    provider_closed: { closeCode: 1011 },
    provider_error: { closeCode: 1011 },
    slow_consumer: { closeCode: 4429 },
    protocol_error: { closeCode: 4400 },
    server_shutdown: { closeCode: 1012 },
  });
  expect(lean.MESSAGE_TOO_LARGE_CLOSE_CODE).toBe(1009);
});

test('[RS3] requests are strict, frames and answers are not', () => {
  const extra = { extra: 1 };
  const tool = { name: 'a', description: '', parameters: {} };
  const s2s = { provider: 'echo', model: 'echo-1' };
  expect(full.toolDefinitionSchema.safeParse({ ...tool, ...extra }).success).toBe(false);
  expect(full.s2sRequestSchema.safeParse({ ...s2s, ...extra }).success).toBe(false);
  expect(full.createSessionRequestSchema.safeParse({ mode: 's2s', s2s, ...extra }).success).toBe(false);
  expect(full.sessionListQuerySchema.safeParse(extra).success).toBe(false);
  expect(full.usageQuerySchema.safeParse(extra).success).toBe(false);
  expect(full.clientFrameSchema.parse({ t: 'interrupt', ...extra })).toEqual({ t: 'interrupt' });
  expect(full.serverFrameSchema.parse({ t: 'end', reason: 'x', ...extra })).toEqual({ t: 'end', reason: 'x' });
  expect(full.errorBodySchema.parse({ error: 'e', code: 'C', ...extra })).toEqual({ error: 'e', code: 'C' });
});

/** Follows the imports that remain after types are erased. */
function runtimeImports(file: string, seen: Set<string>): Set<string> {
  const url = new URL(file, import.meta.url);
  const statements = readFileSync(url, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;]*? from '([^']+)';/gm);
  for (const [, specifier = ''] of statements) {
    const name = specifier.startsWith('.') ? new URL(specifier, url).href : specifier;
    if (seen.has(name)) continue;
    seen.add(name);
    if (specifier.startsWith('.')) runtimeImports(name, seen);
  }
  return seen;
}
